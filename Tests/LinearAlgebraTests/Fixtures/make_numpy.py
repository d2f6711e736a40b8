"""Writes the files in numpy/ with NumPy and SciPy; run it in this folder. Every good file holds this matrix (4 x 5):

    0    1.5  0    0  -2
    0    0    0    0   0
    3    0    0.25 0   0
    0    0    0    4   1

or, where its type holds no fractions, the same with 1.5 -> 1, -2 -> 1, 3 -> 1, 0.25 -> 1, 4 -> 1.
"""
import io, zipfile
import numpy as np, scipy.sparse as sp
from numpy.lib import format as npy

A = np.array([[0, 1.5, 0, 0, -2], [0, 0, 0, 0, 0], [3, 0, .25, 0, 0], [0, 0, 0, 4, 1]], np.float32)
ONES = (A != 0).astype(np.float32)
csr, csc = sp.csr_matrix(A), sp.csc_matrix(A)


def save(name, m, compressed=True, **parts):
    p = dict(indices=m.indices, indptr=m.indptr, format=np.array(m.format.encode("ascii")), shape=np.array(m.shape, np.int64), data=m.data)
    p.update(parts)
    (np.savez_compressed if compressed else np.savez)(f"numpy/{name}.npz", **{k: v for k, v in p.items() if v is not None})


sp.save_npz("numpy/csr-deflated.npz", csr)
sp.save_npz("numpy/csr-stored.npz", csr, compressed=False)
sp.save_npz("numpy/csc-deflated.npz", csc)
sp.save_npz("numpy/csc-stored.npz", csc, compressed=False)
save("index-i8", csr, indices=csr.indices.astype("<i8"), indptr=csr.indptr.astype("<i8"))
save("index-u4", csc, indices=csc.indices.astype("<u4"), indptr=csc.indptr.astype("<u4"))
save("index-u8", csc, indices=csc.indices.astype("<u8"), indptr=csc.indptr.astype("<u8"))
save("value-f8", csr, data=csr.data.astype("<f8"))
save("value-f2", csr, data=csr.data.astype("<f2"))
save("format-text", csr, format=np.array("csr"))
for t in ["?", "i1", "u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8"]:
    save("ones-" + np.dtype(t).name, csr, data=np.ones(csr.nnz, t))
order = [1, 0, 3, 2, 5, 4]  # within each row
save("unsorted", csr, indices=csr.indices[order], data=csr.data[order])
save("repeated", csr, indices=np.array([4, 1, 4, 0, 2, 4, 3], np.int32), indptr=np.array([0, 3, 3, 5, 7], np.int32),
     data=np.array([-5, 1.5, 3, 3, .25, 1, 4], np.float32))
save("repeated-in-order", csr, indices=np.array([1, 4, 4, 0, 2, 3, 4], np.int32), indptr=np.array([0, 3, 3, 5, 7], np.int32),
     data=np.array([1.5, -5, 3, 3, .25, 4, 1], np.float32))
save("empty", sp.csr_matrix((0, 5), dtype=np.float32))
# Refused, each for its own reason.
save("bad-coo", csr, format=np.array(b"coo"))
save("bad-object", csr, data=np.array([1.5, -2, 3, .25, 4, 1], object))
save("bad-structured", csr, data=np.array([(1.0, 2)] * 6, [("a", "<f4"), ("b", "<i4")]))
save("bad-big-endian", csr, data=csr.data.astype(">f4"))
save("bad-complex", csr, data=csr.data.astype("<c8"))
save("bad-nan", csr, data=np.array([1, np.nan, 2, np.inf, 3, 4], np.float32))
save("bad-too-large", csr, data=np.array([1, 1e300, 2, 3, 4, 5]))
save("bad-index-negative", csr, indices=np.array([1, 4, 0, 2, 3, -1], np.int32))
save("bad-index-wide", csr, indices=np.array([1, 4, 0, 2, 3, 5], np.int32))
save("bad-index-huge", csr, indices=np.array([1, 4, 0, 2, 3, 2**40], np.int64))
save("bad-index-float", csr, indices=csr.indices.astype(np.float32))
save("bad-offsets-falling", csr, indptr=np.array([0, 3, 2, 4, 6], np.int32))
save("bad-offsets-short", csr, indptr=np.array([0, 2, 2, 4, 5], np.int32))
save("bad-offsets-few", csr, indptr=np.array([0, 2, 2, 6], np.int32))
save("bad-values-few", csr, data=csr.data[:5])
save("bad-shape-huge", csr, shape=np.array([2**40, 5]))
save("bad-shape-negative", csr, shape=np.array([4, -5]))
save("bad-shape-three", csr, shape=np.array([4, 5, 6]))
save("bad-without-data", csr, data=None)
np.savez("numpy/bad-dense.npz", A)
with zipfile.ZipFile("numpy/bad-lzma.npz", "w", zipfile.ZIP_LZMA) as z:
    z.writestr("format.npy", b"x")
with zipfile.ZipFile("numpy/bad-outside.npz", "w") as z, zipfile.ZipFile("numpy/csr-stored.npz") as good:
    for n in good.namelist():
        z.writestr(n, good.read(n))
    z.writestr("../../outside.npy", b"x")
# Zip bomb: 120 MB of zeros in 120 kB, with the header they need.
b = io.BytesIO()
npy.write_array_header_1_0(b, dict(descr="<f4", fortran_order=False, shape=(30_000_000,)))
with zipfile.ZipFile("numpy/bad-bomb.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z, zipfile.ZipFile("numpy/csr-stored.npz") as good:
    for n in good.namelist():
        if n != "data.npy":
            z.writestr(n, good.read(n))
    z.writestr("data.npy", b.getvalue() + bytes(120_000_000))
for v in [1, 2, 3]:
    with open(f"numpy/version-{v}.npy", "wb") as f:
        npy.write_array(f, A, version=(v, 0))
np.save("numpy/value-f8.npy", A.astype("<f8"))
np.save("numpy/ones-bool.npy", A != 0)
np.savez_compressed("numpy/dense.npz", first=A, second=ONES)
np.save("numpy/bad-fortran.npy", np.asfortranarray(A))
np.save("numpy/bad-one-dimension.npy", A[0])
np.save("numpy/bad-object.npy", A.astype(object))
with open("numpy/bad-claims-much.npy", "wb") as f:
    npy.write_array_header_1_0(f, dict(descr="<f4", fortran_order=False, shape=(10**9, 10**6)))
    f.write(A.tobytes())
