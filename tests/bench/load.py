"""Clients that post as fast as they are answered: a process of its own, so that they don't share our interpreter."""

import asyncio
import json
import sys
import time
import uuid


async def client(host, port, path, headers, bodies, answers):
    """One connection: send the next body when the answer to the last is there."""
    reader, writer = await asyncio.open_connection(host, port)
    while bodies:
        body = bodies.pop()
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Idempotency-Key: {uuid.uuid4()}\r\n"
        began = time.perf_counter()
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        top = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(top.partition("content-length: ")[2].split("\r\n")[0])
        await reader.readexactly(length)
        answers.append((int(top.split()[1]), time.perf_counter() - began))
        if "connection: close" in top:
            writer.close()
            reader, writer = await asyncio.open_connection(host, port)
    writer.close()


async def main(host, port, path, clients, count, headers):
    """Post `count` claims; writes one JSON object: seconds, statuses, p50 and p99 in milliseconds."""
    run = uuid.uuid4()
    bodies = [json.dumps({"text": f"Bus {n} was late on day {run}."}).encode() for n in range(count)]
    lines = "".join(f"{name}: {value}\r\n" for name, value in json.loads(headers).items())
    answers = []
    began = time.perf_counter()
    await asyncio.gather(*(client(host, port, path, lines, bodies, answers) for _ in range(clients)))
    took = time.perf_counter() - began
    times = sorted(seconds for _, seconds in answers)
    statuses = {}
    for status, _ in answers:
        statuses[status] = statuses.get(status, 0) + 1
    print(json.dumps({
        "seconds": took, "statuses": statuses,
        "p50_ms": times[len(times) // 2] * 1000, "p99_ms": times[int(len(times) * 0.99)] * 1000,
    }))  # fmt: skip


if __name__ == "__main__":
    host, port, path, clients, count, headers = sys.argv[1:]
    asyncio.run(main(host, int(port), path, int(clients), int(count), headers))
