"""`python -m assistant` is `plan-assistant`."""

from assistant.cli import main

if __name__ == "__main__":
    main()
