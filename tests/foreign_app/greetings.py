"""The shop's second file."""

import azure.functions as func

greetings = func.Blueprint()


@greetings.route("greet/{name?}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def greet(req: func.HttpRequest) -> func.HttpResponse:
    """Greet by name, or anybody."""
    return func.HttpResponse(f"hello {req.route_params.get('name', 'you')}")
