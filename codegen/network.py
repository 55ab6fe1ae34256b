"""Takes this process off the network, as Bazel's sandbox does with the actions that run in it."""

import ctypes
import os
import sys
from pathlib import Path

# linux/sched.h. Python has them from 3.12 on.
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def leave_network() -> bool:
    """Moves this process, which must have one thread, to a network namespace that has no interface up.

    Returns:
      Whether the kernel allows it. If not, nothing has changed.
    """
    if sys.platform != "linux":
        return False
    # root needs no user namespace of its own, and may be allowed none.
    for namespaces in (_NEW_NETWORK, _NEW_USER | _NEW_NETWORK):
        if _would_succeed(namespaces):
            _enter(namespaces)
            return True
    return False


def _would_succeed(namespaces: int) -> bool:
    """Tries it in another process: some kernels allow a user namespace but no users in it, and there is no way back."""
    child = os.fork()
    if child == 0:
        try:
            _enter(namespaces)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _enter(namespaces: int) -> None:
    user, group = os.getuid(), os.getgid()
    if ctypes.CDLL(None, use_errno=True).unshare(namespaces) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    if namespaces & _NEW_USER:
        # The same user as before, so that files get the right owner.
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            Path("/proc/self", name).write_text(text, encoding="ascii")
