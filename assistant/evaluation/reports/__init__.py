"""The reports of eval runs: a page, JUnit XML, JSON, and what the terminal shows.

    labels.py      how a report writes verdicts, kinds, rates and times
    kept_aside.py   takes every text of suites that are kept aside out of a run; each report begins with it
    overview.py     a run summed up once, for all that a report shows of it
    html.py         one page that needs nothing else; page.html.j2, page.css and page.js are its parts
    junit.py        JUnit XML, for machines that run tests
    terminal.py     tables for the terminal
    files.py        JSON, and the three files in a folder

The rates come from `summary.py`, the changes from `comparison.py`. A comparison is of the first of the runs.
"""
