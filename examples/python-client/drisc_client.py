"""A DRISC client that speaks the driver protocol (docs/driver-protocol.md), or plays what its environment says."""
import json, os, sys, threading
from session import Client

DRIVEN = os.environ.get("DRISC_DRIVER") == "1"
NAMES = {"baseUrl": "BASE_URL", "token": "TOKEN", "offerId": "OFFER_ID", "tag": "TAG", "sessionName": "SESSION_NAME"}


def show(event, **data):
    if DRIVEN:
        print(json.dumps({"event": event, **data}), flush=True)


def read_commands():
    for line in sys.stdin:
        client.inbox.put(lambda command=json.loads(line): client.obey(command))
    os._exit(0)


client = Client(show)
if DRIVEN:
    show("ready")
    threading.Thread(target=read_commands, daemon=True).start()
else:
    client.obey({"do": "start"} | {key: os.environ.get("DRISC_" + name, "") for key, name in NAMES.items()})
while True:
    client.inbox.get()()
