"""The web app."""

import sys

if "gradio" not in sys.modules and "mcp" not in sys.modules:
    # Gradio imports `mcp` wherever it finds it, half a second and 20 MB for nothing: the page is no MCP server, and `assistant.serving`
    # imports it when it is asked for. None is Python's own way of saying that a module is not there.
    sys.modules["mcp"] = None  # type: ignore[assignment]
    try:
        import gradio  # noqa: F401
    finally:
        del sys.modules["mcp"]
