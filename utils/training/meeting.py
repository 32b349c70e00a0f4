"""Whether all workers of a training are there, and can reach each other.

Before TensorFlow starts, they meet over plain sockets. What TensorFlow would wait for without
end, and without a word, is an error here, within `WAIT` seconds and a few more.
"""

import socket
import time
from contextlib import closing, suppress

WAIT = 120  # seconds that a worker waits for the others
LOOK = 10  # seconds in which those that are there have to reach each other
GREETING = "classic-networks worker"


def meet(cluster, wait=WAIT):
    """Returns when every worker is there. Raises ConnectionError, which names who is not.

    The others come to worker 0. When all have come, each looks for all others, and worker 0
    tells them to begin, or what is wrong.
    """
    if len(cluster.addresses) == 1:
        return
    with closing(_door(cluster)) as door:
        deadline = time.monotonic() + wait
        if cluster.index == 0:
            answer = _host(cluster, door, deadline, wait)
        else:
            answer = _visit(cluster, deadline, wait)
    if answer != "begin":
        raise ConnectionError(answer)


def _door(cluster):
    """A socket on this worker's own port, which nothing else may use."""
    port = int(cluster.addresses[cluster.index].rpartition(":")[2])
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(("", port))
        door.listen(2 * len(cluster.addresses))
    except OSError as error:
        door.close()
        raise ConnectionError(
            f"worker {cluster.index} cannot use port {port} ({error.strerror}): another program, "
            f"or another worker with the index {cluster.index}, has it; give each its own"
        ) from None
    return door


class _Line:
    """Sentences to another worker and from it."""

    def __init__(self, connection):
        self.connection = connection
        self.file = connection.makefile("rw")

    def say(self, sentence):
        with suppress(OSError):  # then it will not answer either
            print(sentence, file=self.file, flush=True)

    def hear(self, seconds):
        """What comes next, "" where nothing does."""
        self.connection.settimeout(seconds)
        try:
            return self.file.readline().strip()
        except (OSError, ValueError):
            return ""

    def close(self):
        with suppress(OSError):
            self.file.close()
        self.connection.close()


def _host(cluster, door, deadline, wait):
    """Worker 0: lets the others in, lets all look around; what it tells them."""
    lines = []
    try:
        answer = _let_in(cluster, door, deadline, wait, lines)
        if not answer:
            for line in lines:
                line.say("look")
            seen = [_look(cluster), *(line.hear(LOOK + 5) for line in lines)]
            trouble = [text or "a worker left before all had begun" for text in seen]
            answer = next((text for text in trouble if text != "fine"), "begin")
        for line in lines:
            line.say(answer)
    finally:
        for line in lines:
            line.close()
    return answer


def _let_in(cluster, door, deadline, wait, lines):
    """Adds a line for each other worker; what is wrong, "" when all are there."""
    count, missing = len(cluster.addresses), set(range(1, len(cluster.addresses)))
    while missing:
        door.settimeout(max(0.01, deadline - time.monotonic()))
        try:
            line = _Line(door.accept()[0])
        except TimeoutError:
            names = ", ".join(f"{i} ({cluster.addresses[i]})" for i in sorted(missing))
            return f"worker {names} did not come within {wait:g} s: is it started?"
        said, *numbers = line.hear(5).rsplit(" ", 2)
        if said != GREETING:
            line.close()
            continue
        lines.append(line)
        index, others = map(int, numbers)
        if others != count or not 0 < index < count:
            return f"a worker says {index} of {others}, not of {count}"
        if index not in missing:
            return f"two workers say that they are worker {index}: give each its own"
        missing.remove(index)
    return ""


def _visit(cluster, deadline, wait):
    """Any other worker: goes to worker 0 until it answers; the answer."""
    greeting = f"{GREETING} {cluster.index} {len(cluster.addresses)}"
    while (left := deadline - time.monotonic()) > 0:
        with suppress(OSError), closing(_Line(_reach(cluster.addresses[0], left))) as first:
            first.say(greeting)
            answer = first.hear(left + 1)
            if answer == "look":
                first.say(_look(cluster))
                answer = first.hear(LOOK + 5) or "worker 0 left before all had begun"
            if answer:
                return answer
        time.sleep(0.2)
    return (
        f"worker 0 ({cluster.addresses[0]}) cannot be reached within {wait:g} s: is it "
        f"started, and is the port open between the machines?"
    )


def _look(cluster):
    """Whether this worker reaches the others that came to worker 0: "fine", or which one not."""
    deadline = time.monotonic() + LOOK
    for index, address in enumerate(cluster.addresses[1:], start=1):
        while index != cluster.index:
            try:
                _reach(address, deadline - time.monotonic()).close()
                break
            except OSError as error:
                if time.monotonic() + 0.2 > deadline:
                    return (
                        f"worker {cluster.index} cannot reach worker {index} ({address}; "
                        f"{error}): is the port open between these two machines?"
                    )
                time.sleep(0.2)
    return "fine"


def _reach(address, seconds):
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=min(5, max(0.1, seconds)))
