"""What a learner's code may not do: leave its folder, start programs, use the network, fill memory.

It is Python's audit hook, which code in the same process cannot take off, and the limits of the
operating system; on Linux the network is taken away, too. That stops accidents and the usual
tricks. It is no prison: somebody who writes machine code gets out. Grade strangers' notebooks on a
machine on which nothing else lies.
"""

import ctypes
import os
import resource
import sys
from pathlib import Path

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NEVER = {
    "subprocess.Popen": "start programs",
    "os.system": "start programs",
    "os.exec": "start programs",
    "os.posix_spawn": "start programs",
    "os.spawn": "start programs",
    "os.startfile": "start programs",
    "pty.spawn": "start programs",
    "os.fork": "start processes",
    "os.forkpty": "start processes",
    "os.kill": "end processes",
    "os.killpg": "end processes",
    "signal.pthread_kill": "end processes",
    "socket.connect": "use the network",
    "socket.bind": "use the network",
    "socket.sendto": "use the network",
    "socket.sendmsg": "use the network",
    "socket.getaddrinfo": "use the network",
    "socket.gethostbyname": "use the network",
    "ctypes.dlopen": "load machine code",
    "ctypes.dlsym": "load machine code",
    "ctypes.call_function": "call machine code",
    "resource.setrlimit": "change its limits",
    "sys.addaudithook": "watch Python",
}
PATHS = {  # how many of an event's arguments are paths that change
    "os.remove": 1, "os.rmdir": 1, "os.mkdir": 1, "os.truncate": 1, "os.chmod": 1, "os.chown": 1,
    "os.utime": 1, "os.rename": 2, "os.link": 2, "os.symlink": 2, "os.setxattr": 1,
}  # fmt: skip
FILE = 200_000_000  # bytes of a file that it writes
FILES = 512  # open at once


def without_network():
    """Takes the network from this process, where the system lets it; whether it did."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        return not library.unshare(CLONE_NEWNET) or not library.unshare(
            CLONE_NEWUSER | CLONE_NEWNET
        )
    except (AttributeError, OSError):  # not Linux
        return False


def limit(memory):
    """At most so many more bytes of memory than now, files of `FILE` bytes, `FILES` of them."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if os.path.exists("/proc") else 0
    most = pages * os.sysconf("SC_PAGE_SIZE") + int(memory)
    for what, value in (
        (resource.RLIMIT_AS, most if pages else resource.RLIM_INFINITY),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, value))


def close(folder):
    """From now on, this process writes below `folder` alone, and nothing of `NEVER` works."""
    inside = os.path.realpath(folder)

    def below(path):
        if isinstance(path, int):  # an open file
            return True
        path = os.fsdecode(path)
        real = os.path.realpath(path)
        return real == os.devnull or real == inside or real.startswith(inside + os.sep)

    def hook(event, arguments):
        if event in NEVER:
            raise PermissionError(f"a notebook that is graded may not {NEVER[event]}")
        if event == "open":
            path, mode, flags = arguments
            writes = (isinstance(flags, int) and flags & WRITING) or set(mode or "") & set("wax+")
            if writes and not below(path):
                raise PermissionError(f"a notebook that is graded may not write {path!r}")
            if not writes and isinstance(path, (str, bytes)) and os.path.isdir(path):
                raise PermissionError("a notebook that is graded may not open folders as files")
        elif event in PATHS:
            for path in arguments[: PATHS[event]]:
                if not below(path):
                    raise PermissionError(f"a notebook that is graded may not change {path!r}")

    sys.addaudithook(hook)
