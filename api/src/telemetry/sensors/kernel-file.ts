import { closeSync, openSync, readSync } from 'node:fs'

// One buffer for all: reads are synchronous and never overlap. 64 KiB holds what the kernel says about hundreds of devices.
let buffer = Buffer.allocUnsafe(64 * 1024)

/**
 * The text of a file that the kernel makes up when it is read (/proc, /sys). Such reads come from memory and take
 * microseconds; a thread-pool read would cost ten times the CPU. Throws what the file system throws.
 */
export function readKernelFile(path: string): string {
  const file = openSync(path, 'r')
  try {
    let length = 0
    for (;;) {
      // Kernel files answer a page at a time: only a read of nothing is the end.
      const got = readSync(file, buffer, length, buffer.length - length, null)
      if (got === 0) return buffer.toString('latin1', 0, length)
      length += got
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2)
    }
  } finally {
    closeSync(file)
  }
}
