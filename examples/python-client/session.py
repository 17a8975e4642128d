"""The client's side of PROTOCOL.md section 5. There is no player: `playing` stands for it. Commands, answers, frames and
timers arrive on one queue, and one thread carries them out; what belongs to a wish of before is thrown away."""
import json, os, queue, threading, urllib.error, urllib.request
from websocket import Refused, connect

GRACE, LINGER, FIRST_WAIT, LONGEST_WAIT, SETTLED = 4.5, 1.0, 0.3, 20.0, 10.0


def read_object(text):
    try:
        return value if isinstance(value := json.loads(text), dict) else {}
    except ValueError:
        return {}


class Client:
    def __init__(self, show):
        self.show, self.inbox, self.playing = show, queue.Queue(), False
        self.begin(None)

    def begin(self, request):
        self.request, self.wish, self.endpoint, self.socket = request, object(), None, None
        self.asking = self.granted = self.can_take_over = False
        self.failures, self.renewals, self.loss = 0, 0, None

    def post(self, wish, act, *args):
        self.inbox.put(lambda: wish is self.wish and act(*args))

    def later(self, seconds, act):
        threading.Timer(seconds, self.post, (self.wish, act)).start()

    def play(self, playing):
        if playing != self.playing:
            self.playing = playing
            self.show("playback", playing=playing)

    def obey(self, command):
        match command.get("do"):
            case "start":
                self.begin(command)
                self.ask("/sessions")
            case "stop" | "end" as what:
                if what == "end":
                    self.show("ended")
                self.play(False)
                self.request = None
                if self.socket and self.granted:
                    self.finish()
                elif not self.endpoint and not self.asking:
                    self.begin(None)
            case "takeover" if self.can_take_over:
                self.ask("/takeover", sessionId=command["sessionId"])
            case "reset" | "reload":
                self.play(False)
                self.socket and self.socket.close()
                self.begin(None)
                self.show("ready")
            case "exit":
                os._exit(0)

    def ask(self, path, **extra):
        asked = {key: self.request[key] for key in ("offerId", "tag") if self.request.get(key)}
        body = {**asked, "sessionName": self.request.get("sessionName", "")[:100], **extra}
        call = urllib.request.Request(self.request["baseUrl"] + path, json.dumps(body).encode(), method="POST")
        call.headers = {"Authorization": "Bearer " + self.request["token"], "Content-type": "application/json"}
        self.asking = True
        threading.Thread(target=self.fetch, args=(call, self.wish), daemon=True).start()

    def fetch(self, call, wish):
        try:
            with urllib.request.urlopen(call, timeout=15) as response:
                answer = response.status, read_object(response.read())
        except urllib.error.HTTPError as error:
            answer = error.code, read_object(error.read())
        except Exception:  # no answer, or one that breaks off
            answer = 0, {}
        self.post(wish, self.answered, *answer)

    def answered(self, status, body):
        self.asking = False
        details = body["details"] if isinstance(body.get("details"), dict) else {}
        sessions, endpoint = details.get("activeSessions"), body.get("endpoint")
        if status == 200 and (body.get("status") == "disabled" or body.get("enabled") is False):
            self.play(self.request is not None)
        elif status == 200 and isinstance(endpoint, str) and endpoint.startswith(("ws://", "wss://")):
            self.endpoint = endpoint
            self.open()
        elif status != 200 and (body.get("code") == "LimitExceeded" or isinstance(sessions, list)):
            self.can_take_over = details.get("takeOverEnabled") is True
            self.show("limit", takeover=self.can_take_over, sessions=sessions or [])
        else:
            self.show("error", message=f"no session: status {status}")

    def open(self):
        threading.Thread(target=self.listen, args=(self.endpoint, self.wish), daemon=True).start()

    def listen(self, endpoint, wish):
        status = None
        try:
            socket = connect(endpoint)
            socket.send({"action": "REQUESTED"})
            self.post(wish, setattr, self, "socket", socket)
            for text in socket.texts():
                self.post(wish, self.heard, socket, read_object(text))
        except OSError as error:
            status = error.status if isinstance(error, Refused) else None
        self.post(wish, self.closed, status)

    def heard(self, socket, message):
        match message.get("action"):
            case "OK":
                self.granted, self.renewals, self.loss = True, 0, None
                self.later(SETTLED, lambda: socket is self.socket and setattr(self, "failures", 0))
                self.play(True) if self.request else self.finish()
            case "PING":
                socket.send({"action": "PONG"})
            case "TAKE_OVER" | "TERMINATE" | "EXPIRED" as action:
                self.play(False)
                request, renewals, _ = self.request, self.renewals, self.begin(None)
                threading.Timer(LINGER, socket.close).start()
                if action == "TAKE_OVER":
                    self.show("taken-over", by=str(message.get("sessionName", "")))
                if action == "EXPIRED":
                    self.renew(request, renewals)

    def finish(self):
        self.socket.send({"action": "FINISHED"})
        threading.Timer(LINGER, self.socket.close).start()
        self.begin(None)

    def renew(self, request, renewals):
        if request and renewals == 0:  # one new session, and no more until an OK (5.33)
            self.begin(request)
            self.renewals = 1
            self.ask("/sessions")
        else:
            self.show("error", message="the session has expired")

    def closed(self, status):
        self.socket, self.granted = None, False
        if status == 401 or not self.request:
            self.play(False)
            request, renewals, _ = self.request, self.renewals, self.begin(None)
            return request and self.renew(request, renewals)
        self.failures += 1
        loss = self.loss = self.loss or object()
        self.later(GRACE, lambda: self.loss is loss and self.play(False))
        self.later(min(FIRST_WAIT * 2 ** (self.failures - 1), LONGEST_WAIT), self.open)
