import { refuse } from '@faasm/filesystem';
import type { CurrentGuest, HostFamily } from '../host-function.ts';
import { answering, type FileCalls } from './files/answering.ts';

/** `sock_*`: a guest has no sockets. */
export function sockets(current: CurrentGuest): HostFamily {
  /** As of a directory, which could never carry bytes, too: programs look for the first descriptor that is none. */
  const noSocket = (fd: number): never => {
    const { target } = current().files.descriptors.get(fd);
    const isDirectory = target.kind === 'opened' && target.node.kind === 'directory';
    return refuse(isDirectory ? 'badf' : 'notsock');
  };
  const calls: FileCalls = {
    /** `errno sock_accept(fd, fdflags, fd *accepted)` */
    sock_accept: noSocket,
    /** `errno sock_recv(fd, const iovec *, size, riflags, size *received, roflags *)` */
    sock_recv: noSocket,
    /** `errno sock_send(fd, const ciovec *, size, siflags, size *sent)` */
    sock_send: noSocket,
    /** `errno sock_shutdown(fd, sdflags)` */
    sock_shutdown: noSocket,
  };
  return answering(calls);
}
