"""How the renderer's kernels are compiled."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Compile a kernel to machine code on its first call and keep the code on disk.

    Sums may be reordered, so results can differ in the last bits between machines. Kept
    code is renewed only when the kernel's own file changes: after an edit of a kernel
    that another file's kernels call, remove the `*.nbi` files beside them.
    """
    try:
        return cast("Kernel", njit(cache=True, fastmath=True)(kernel))
    except RuntimeError:
        # No folder can be written: compile anew in every process.
        return cast("Kernel", njit(fastmath=True)(kernel))
