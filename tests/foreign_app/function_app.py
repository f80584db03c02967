"""An app that has nothing to do with ours: a shop that counts parcels."""

import json
import typing

import azure.functions as func
from greetings import greetings

app = func.FunctionApp()
app.register_functions(greetings)


@app.timer_trigger(arg_name="timer", schedule="%SHOP_SCHEDULE%", run_on_startup=True)
@app.queue_output(arg_name="parcels", queue_name="%SHOP_PREFIX%parcels", connection="SHOP_STORAGE")
def open_shop(timer: func.TimerRequest, parcels: func.Out[typing.List[str]]) -> None:
    """Put two parcels in at once; a list is one message per item."""
    parcels.set([json.dumps({"parcel": "opened", "late": timer.past_due}), json.dumps({"parcel": "second"})])


@app.queue_trigger(arg_name="parcel", queue_name="%SHOP_PREFIX%parcels", connection="SHOP_STORAGE")
@app.queue_output(arg_name="$return", queue_name="%SHOP_PREFIX%sent", connection="SHOP_STORAGE")
def send_parcel(parcel: func.QueueMessage, context: func.Context) -> str:
    """Refuse what is broken, so that it is tried again and poisoned."""
    content = json.loads(parcel.get_body())
    if content["parcel"] == "broken":
        raise ValueError("this parcel is broken")
    return json.dumps({"sent": content["parcel"], "try": parcel.dequeue_count, "by": context.function_name})


@app.route("parcels/{number:int}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
def show_parcel(req: func.HttpRequest) -> func.HttpResponse:
    """Echo what the front end says."""
    seen = {"number": req.route_params["number"], "name": req.params.get("name"), "url": req.url}
    seen["address"] = req.headers["X-Forwarded-For"]
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")


@app.route("parcels", methods=["POST"])
async def take_parcel(req: func.HttpRequest) -> func.HttpResponse:
    """Answer with what was posted, and two cookies."""
    response = func.HttpResponse(req.get_body(), status_code=201, mimetype="text/plain")
    response.headers.add("Set-Cookie", "a=1; Max-Age=60; Path=/api; Secure; HttpOnly; SameSite=Lax")
    response.headers.add("Set-Cookie", "b=2; Expires=Wed, 25 Nov 2026 12:00:00 GMT; Domain=shop.example")
    return response


@app.route("broken", auth_level=func.AuthLevel.ANONYMOUS)
def broken(req: func.HttpRequest) -> func.HttpResponse:
    """Fail on every request."""
    raise RuntimeError(f"broken on {req.method}")


@app.route("till", auth_level=func.AuthLevel.ADMIN)
def till(req: func.HttpRequest) -> str:
    """Answer with a text, which is a 200."""
    return f"open to {req.method}"
