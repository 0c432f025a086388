"""A worker in Python's standard library: writes word by word, stops when it is asked to, and loses nothing on the way.

    REALTIME_URL=http://localhost:3000 WORKER_KEY=dev-worker-key python3 server/examples/worker.py
"""

import json
import os
import time
import urllib.error
import urllib.request
import uuid

URL = os.environ.get("REALTIME_URL", "http://localhost:3000")
KEY = os.environ.get("WORKER_KEY", "dev-worker-key")
PAUSE = float(os.environ.get("WORD_SECONDS", "0.1"))
TEXT = "What is written arrives in order, and each word once."


class Refused(Exception):
    """What the server said; repeating the call changes nothing."""


def call(path, body, **headers):
    """Repeats a call until it is answered: with `from` and `writer`, or an idempotency key, that is safe."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **headers}
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), headers, method="POST")
    wait = 0.2
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            # Too much, or out of reach for now; anything else is a refusal that stays.
            if error.code != 429 and error.code < 500:
                raise Refused(error.read().decode()) from error
        except OSError:
            pass  # No answer: it may have arrived or not.
        time.sleep(wait)
        wait = min(wait * 2, 5)


class Job:
    def __init__(self, title, owner):
        # One key for all tries.
        created = call("/v1/jobs", {"ownerId": owner, "title": title}, **{"Idempotency-Key": str(uuid.uuid4())})
        self.id, self.writer, self.next = created["jobId"], created["writer"], 2

    def add(self, *events):
        """Appends events; true when somebody asks for the job to stop."""
        body = {"from": self.next, "writer": self.writer, "events": events}
        answer = call(f"/v1/jobs/{self.id}/events", body)
        self.next += len(events)
        return answer["cancelRequested"]

    def fail(self, message):
        """Without a number: whoever breaks off may not know whether its last call arrived."""
        event = {"type": "job:failed", "error": {"code": "worker_failed", "message": message, "retryable": True}}
        call(f"/v1/jobs/{self.id}/events", {"writer": self.writer, "events": [event]})


def write(job):
    job.add({"type": "job:started"}, {"type": "job:step", "step": {"id": "writing", "label": "Writing", "status": "active"}})
    words = TEXT.split(" ")
    for index, word in enumerate(words):
        text = word if index == 0 else " " + word
        progress = 100 * (index + 1) // len(words)
        if job.add({"type": "model:chunk:v1", "text": text}, {"type": "job:progress", "progress": progress}):
            job.add({"type": "job:cancelled"})
            return
        time.sleep(PAUSE)
    job.add({"type": "job:completed"})


def main():
    job = Job("A report by Python", "dev")
    print(job.id, flush=True)
    try:
        write(job)
    except Refused:
        raise  # The job is another worker's now, or has ended.
    except BaseException:
        # Ctrl-C too: who says nothing is taken for alive for two minutes.
        job.fail("The worker broke off.")
        raise


main()
