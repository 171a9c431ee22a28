"""Readers that ask for one page as fast as it comes, in a process of their own: port, path, how many, how often, one header.

Writes how many pages came in a second.
"""

import asyncio
import sys
import time


async def reader(port, request, turns):
    """One connection; a turn is taken from the list for each page."""
    stream, writer = await asyncio.open_connection("127.0.0.1", port)
    while turns:
        turns.pop()
        writer.write(request)
        top = (await stream.readuntil(b"\r\n\r\n")).lower()
        assert b" 200 " in top[:16] or b" 304 " in top[:16], top
        if b"content-length: " in top:
            await stream.readexactly(int(top.partition(b"content-length: ")[2].split(b"\r\n")[0]))
        if b"connection: close" in top:
            writer.close()
            stream, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


async def main(port, path, readers, count, header):
    more = f"{header}\r\n" if header else ""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n".encode()
    turns = list(range(count))
    began = time.perf_counter()
    await asyncio.gather(*(reader(port, request, turns) for _ in range(readers)))
    print(count / (time.perf_counter() - began))


if __name__ == "__main__":
    _, port, path, readers, count, header = sys.argv
    asyncio.run(main(int(port), path, int(readers), int(count), header))
