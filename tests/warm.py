"""Kernels forked from a process that has imported everything and run nothing.

Importing TensorFlow takes six processor seconds, and there are three dozen notebooks. So one
process imports it for all; a kernel is a fork of that, and has it to itself as ever. Where there
is no fork (Windows), kernels start as they always do.

    python warm.py serve FOLDER        makes kernels until its standard input ends
    python warm.py kernel FOLDER FILE  lasts as long as the kernel of a connection file, made by
                                       the process in FOLDER/lessons or FOLDER/practice

In a process's folder are `door`, a socket, and `seconds`, a line for each kernel that ended.
"""

import json
import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress

PATIENCE = 120  # seconds for the imports
USUAL = ["-m", "ipykernel_launcher", "-f"]
USER = "COURSE_KERNEL_USER"  # a variable: who wants the kernel, as it is to stand in `seconds`


def serve(folder):
    """Forks a kernel for each caller, tells it the kernel's pid, and closes when that has ended."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as a kernel sets it
    import ipykernel.kernelapp
    import keras  # noqa: F401
    import matplotlib.pyplot  # noqa: F401
    import pandas  # noqa: F401

    awake, ended = socket.socketpair()
    ended.setblocking(False)
    signal.set_wakeup_fd(ended.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for those who call
    door = socket.socket(socket.AF_UNIX)
    door.bind(f"{folder}/draft")
    door.listen()
    os.rename(f"{folder}/draft", f"{folder}/door")
    callers = {}  # {pid of a kernel that runs: (connection, user)}
    while True:
        ready, *_ = select.select(
            [door, awake, sys.stdin, *(caller for caller, _ in callers.values())], [], []
        )
        for pid, (caller, _) in callers.items():
            if caller in ready or sys.stdin in ready:  # it never says a second thing: it is gone
                os.kill(pid, signal.SIGKILL)
        if awake in ready:
            awake.recv(100)
            _reap(callers, f"{folder}/seconds")
        if sys.stdin in ready and not callers:
            return
        if door in ready:
            caller, wanted, outputs = _ask(door)
            pid = os.fork()
            if not pid:
                break
            callers[pid] = caller, wanted["variables"].get(USER)
            caller.sendall(f"{pid}\n".encode())
            for output in outputs:
                os.close(output)
    for connection in (door, awake, ended, *(caller for caller, _ in callers.values())):
        connection.close()  # or those who wait for it to close would wait for this kernel, too
    _become(wanted, outputs)
    file, parent = wanted["file"], os.getppid()
    parent = f"--IPKernelApp.parent_handle={parent}"  # without which it ends itself
    ipykernel.kernelapp.launch_new_instance(argv=["-f", file, parent])


def _ask(door):
    """The next caller, what it wants, and its output and error."""
    caller = door.accept()[0]
    said, outputs, *_ = socket.recv_fds(caller, 1 << 20, 2)
    while not said.endswith(b"\n"):
        said += caller.recv(1 << 20)
    return caller, json.loads(said), outputs


def _reap(callers, file):
    with suppress(ChildProcessError), open(file, "a") as seconds:
        while (ended := os.wait4(-1, os.WNOHANG))[0]:
            pid, _, used = ended
            caller, user = callers.pop(pid)
            caller.close()
            print(used.ru_utime + used.ru_stime, user, file=seconds)


def _become(wanted, outputs):
    """The caller's process in all that a notebook can see."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for target, output in enumerate(outputs, start=1):
        os.dup2(output, target)
    os.setsid()
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["variables"])
    del sys.path[0]  # this file's own folder


def kernel(folder, file):
    """Has a kernel made, hands signals on to it, and ends when it does."""
    practice = {"exercises", "solutions"} & set(os.environ.get(USER, "").split("/"))
    door = f"{folder}/{'practice' if practice else 'lessons'}/door"
    caller, deadline = socket.socket(socket.AF_UNIX), time.monotonic() + PATIENCE
    while caller.connect_ex(door):
        if time.monotonic() > deadline:
            os.execv(sys.executable, [sys.executable, *USUAL, file])
        time.sleep(0.05)
    wanted = {"file": file, "folder": os.getcwd(), "variables": dict(os.environ)}
    socket.send_fds(caller, [json.dumps(wanted).encode() + b"\n"], [1, 2])
    answers = caller.makefile()
    pid = int(answers.readline())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: os.kill(pid, number))
    answers.readline()


if __name__ == "__main__":
    {"serve": serve, "kernel": kernel}[sys.argv[1]](*sys.argv[2:])
