import koffi from 'koffi';

/**
 * The calls of the C library that Node does not have. Addresses are numbers: those of user space have 47 bits. Each
 * returns -1 when it fails, and then `koffi.errno()` says why.
 */
const library = koffi.load(null);

type Call<Values extends readonly unknown[]> = (...values: Values) => number;

/** Address of the first byte of a view is what `memchr` says: it looks for that byte in one byte. */
const memchr = library.func('memchr', 'uintptr_t', ['void *', 'int', 'size_t']) as Call<
  [Uint8Array, number, number]
>;

/** `mmap(address, length, protection, flags, fd, offset)`: the address, or -1. */
export const mmap = library.func('mmap', 'intptr_t', [
  'uintptr_t',
  'size_t',
  'int',
  'int',
  'int',
  'int64_t',
]) as Call<[number, number, number, number, number, number]>;

/** `mprotect(address, length, protection)`: 0, or -1. */
export const mprotect = library.func('mprotect', 'int', ['uintptr_t', 'size_t', 'int']) as Call<
  [number, number, number]
>;

/** `madvise(address, length, advice)`: 0, or -1. */
export const madvise = library.func('madvise', 'int', ['uintptr_t', 'size_t', 'int']) as Call<
  [number, number, number]
>;

/** `ioctl(fd, request, address of the argument)`: what the request returns, or -1. */
export const ioctl = library.func('ioctl', 'int', ['int', 'ulong', 'uintptr_t']) as Call<
  [number, number, number]
>;

/** `memfd_create(name, flags)`: a file descriptor, or -1. */
export const memfdCreate = library.func('memfd_create', 'int', ['str', 'uint']) as Call<[string, number]>;

/** `fcntl(fd, command, argument)`: what the command returns, or -1. */
export const fcntl = library.func('fcntl', 'int', ['int', 'int', 'int']) as Call<[number, number, number]>;

/** Where the bytes of a view are. The view must not be empty, and its first byte readable. */
export function addressOf(view: Uint8Array): number {
  return memchr(view, view[0] ?? 0, 1);
}

/** Number and name of what went wrong in the last call. */
export function lastError(): { readonly errno: number; readonly name: string } {
  const errno = koffi.errno();
  const [name = `errno ${errno}`] =
    Object.entries(koffi.os.errno).find(([, number]) => number === errno) ?? [];
  return { errno, name };
}
