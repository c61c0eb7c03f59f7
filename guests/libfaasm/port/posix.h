#pragma once
/*
 * What programs for Unix name and Debian's C library for WASI leaves out. Show it to the compiler before the program
 * with `-include posix.h`, and compile posix.c beside it.
 */

/* Programs define this before their first header, which comes too late now. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef L_tmpnam
#define L_tmpnam 20
#endif

/* A file system that no other process sees needs no locks: fcntl refuses these commands with EINVAL. */
#ifndef F_SETLK
#define F_GETLK 5
#define F_SETLK 6
#define F_SETLKW 7
#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2
#endif

uid_t getuid(void);
uid_t geteuid(void);

/* Files have one owner and no permissions: both check the descriptor and change nothing. */
int fchmod(int fd, mode_t mode);
int fchown(int fd, uid_t owner, gid_t group);

#ifdef __cplusplus
}
#endif
