"""
Runs commands of the installed aws CLI, each by the CLI's own entry point in a process forked from this one.

A command of the CLI spends most of its time on importing the CLI and on clearing up at its end. This process imports it once, so that a
command does only its own work, and still has its own arguments, environment, standard streams and exit code.

Each line of standard input is a command, `{"args": [...], "env": {...}}`; its variables are added to ours. Each line of standard output
is the result of one, `{"status": ..., "stdout": ..., "stderr": ...}`, in the same order.
"""

import gc
import importlib
import json
import os
import sys
import tempfile
import traceback

import awscli.clidriver


def run_here(command, stdout, stderr):
    """Runs a command in this process, with these files as its output. Returns the exit code."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(stdout.fileno(), 1)
    os.dup2(stderr.fileno(), 2)
    os.environ.update(command["env"])
    sys.argv = ["aws", *command["args"]]
    try:
        # As the executable does.
        sys.exit(awscli.clidriver.main())
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(end.code)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def run(command, modules):
    """Runs a command in a process of its own, which leaves the names of the modules that it has imported."""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        pid = os.fork()
        if pid == 0:
            status = run_here(command, stdout, stderr)
            modules.seek(0)
            modules.write("\n".join(sys.modules).encode())
            modules.flush()
            os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        return {"status": status, "stdout": text_of(stdout), "stderr": text_of(stderr)}


def text_of(file):
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def import_all(names):
    """Imports what the first command has needed, and keeps collections of garbage away from it."""
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            pass
    gc.collect()
    gc.freeze()


def main():
    with tempfile.TemporaryFile() as modules:
        is_first = True
        # Not `for line in sys.stdin`, which waits for more than a line.
        for line in iter(sys.stdin.readline, ""):
            result = run(json.loads(line), modules)
            if is_first:
                import_all(text_of(modules).split("\n"))
                is_first = False
            print(json.dumps(result), flush=True)


main()
