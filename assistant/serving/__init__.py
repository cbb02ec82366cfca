"""The assistant for other programs: an OpenAI-compatible API at `/v1`, MCP tools at `/mcp` and on stdin and stdout.

    asking.py         what is needed of the assistant; questions in threads, so that the server's loop never waits
    sourced.py        an answer's text with its list of sources
    models.py         which models there are: the whole library, and one for every document
    chat_request.py   a chat completion as it is asked for
    chat_reply.py     a chat completion as it is given, whole or in chunks
    api_errors.py     what is wrong with a request, in OpenAI's words
    event_stream.py   the reply in server-sent events
    chat_api.py       the routes below /v1
    tools.py          the MCP tools, without MCP
    mcp_server.py     the tools as the `mcp` package serves them; the only file that imports it
    mcp_route.py      /mcp beside the page; `mcp` is imported when it is first asked for
    tokens.py         access tokens: the file that holds their hashes, and who is admitted
    gate.py           who may come in: tokens, hosts, origins
    routes.py         all of it beside the page
    opening.py        as the settings ask for it

Nothing here is imported by `plan-assistant ask`.
"""
