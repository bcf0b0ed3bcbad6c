"""Keep the machine code of a kernel so that the next process needs no numba, whose import takes longer than most work.

    call = alone(source)        # a module with a function `kernel` of whole numbers and contiguous arrays
    call(...)                   # compiled by numba and kept, or found: LLVM's own library loads it at once

The kernel must make no array of its own and raise nothing, so that its code calls nothing of numba's. Where that, the
system (it is Linux's object files that are kept) or the disk does not allow it, the kernel is loaded by numba.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import re
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from landscape.core.extras import library
from landscape.core.files import atomic_write
from landscape.program.kernel_files import Compiled, clear, kept_folder
from landscape.program.trace import NotTraceable

ENTRY = "landscape_entry"
GIVEN_BACK = "NRT_MemInfo_call_dtor"
KEPT = sys.platform == "linux"


class Alone:
    """The kernel of a source. ready: whether it is compiled or loaded in this process."""

    def __init__(self, source: str) -> None:
        self.compiled = Compiled(source)
        self.ready = False
        self._call: Callable[..., None] = self.compiled
        self._lock = threading.Lock()

    def __call__(self, *args: Any) -> None:
        """Call the kernel. NotTraceable where numba cannot compile it."""
        if not self.ready:
            with self._lock:
                if not self.ready:
                    self._first(*args)
                    return
        self._call(*args)

    def _first(self, *args: Any) -> None:
        path = kept_folder() / f"{self.compiled.name}_{_processor()}.o" if KEPT else None
        found = None if path is None else _loaded(path)
        if path is not None and found is None and path.exists():  # damaged: numba's own copy has no code to keep
            clear(self.compiled.name, path.parent)
        self._call = found or self.compiled
        self._call(*args)
        self.ready = True
        if path is not None and found is None:
            try:
                code = machine_code(self.compiled.call)
                with atomic_write(path) as file:
                    file.write(hashlib.sha256(code).digest() + code)
            except Exception:  # of another LLVM, or the disk's: the next process has numba's own copy
                return


alone = functools.cache(Alone)


def machine_code(dispatcher: Any) -> bytes:
    """The object file of what numba has compiled, with the function ENTRY. ValueError where it calls other code."""
    llvm = library("llvmlite.binding", 'engine="numba"')
    (signature,) = dispatcher.signatures
    name = dispatcher.overloads[signature].fndesc.llvm_func_name
    # arrays are handed over without an owner, so that none is ever given back
    text = re.sub(
        rf"declare void @{GIVEN_BACK}\(.*",
        f"define void @{GIVEN_BACK}(ptr %0) {{ ret void }}",
        dispatcher.inspect_llvm(signature),
    )
    kinds = [str(each.type) for each in llvm.parse_assembly(text).get_function(name).arguments]
    module = llvm.parse_assembly(f"{text}\n{_entry(name, kinds)}")
    for each in (*module.functions, *module.global_variables):
        if not each.is_declaration and each.name != ENTRY:
            each.linkage = "internal"
    machine = _machine(llvm)
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=0)))
    foreign = [each.name for each in module.functions if each.is_declaration and not each.name.startswith("llvm.")]
    foreign += [each.name for each in module.global_variables if each.is_declaration]
    if foreign:
        raise ValueError(f"the kernel calls {', '.join(foreign)}")
    return machine.emit_object(module)


def _entry(name: str, kinds: list[str]) -> str:
    """A function that takes all arguments of the kernel from one array: the result, errors, then its own."""
    lines = []
    for i, kind in enumerate(kinds):
        lines += [f"%p{i} = getelementptr i64, ptr %args, i64 {i}", f"%v{i} = load {kind}, ptr %p{i}"]
    given = ", ".join(f"{kind} %v{i}" for i, kind in enumerate(kinds))
    lines += [f'%status = call i32 @"{name}"({given})', "ret i32 %status"]
    return f"define i32 @{ENTRY}(ptr %args) {{\n" + "\n".join(lines) + "\n}\n"


def _loaded(path: Any) -> Callable[..., None] | None:
    """The kernel of an object file, or None where there is none or it is damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, code = content[:32], content[32:]
    if hashlib.sha256(code).digest() != digest:
        return None
    llvm = library("llvmlite.binding", 'engine="numba"')
    try:
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine(llvm))
        engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        engine.finalize_object()
    except RuntimeError:
        return None
    function = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p)(engine.get_function_address(ENTRY))

    def call(*args: Any, engine: Any = engine) -> None:  # the code lies in the engine
        result = np.zeros(2, dtype=np.int64)
        place = _address(result)
        numbers = [place, place + 8]
        for arg in args:
            if isinstance(arg, np.ndarray):  # as numba hands arrays over
                numbers += [0, 0, arg.size, arg.itemsize, _address(arg), *arg.shape, *arg.strides]
            else:
                numbers.append(arg)
        given = np.array(numbers, dtype=np.int64)
        if status := function(_address(given)):
            raise NotTraceable(f"the kernel ends with the status {status}")

    return call


def _address(array: Any) -> int:
    return array.__array_interface__["data"][0]


def _machine(llvm: Any) -> Any:
    """What LLVM writes machine code for: this processor."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_default_triple().create_target_machine(llvm.get_host_cpu_name(), features, opt=3, jit=True)


@functools.cache
def _processor() -> str:
    """A name for this processor and the version of LLVM: others have other machine code."""
    llvm = library("llvmlite.binding", 'engine="numba"')
    parts = [llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(), str(llvm.llvm_version_info)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
