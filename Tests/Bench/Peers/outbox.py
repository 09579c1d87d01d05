# What a province would write in an afternoon: an SQLite outbox and aiohttp, 64 requests at once.
#   outbox.py URL RECORDS BYTES DATABASE
# Prints the seconds from the first row written to the last row marked as sent.
import asyncio
import sqlite3
import sys
import time

import aiohttp

IN_FLIGHT = 64


async def main(url, count, size, path):
    outbox = sqlite3.connect(path)
    outbox.execute("PRAGMA journal_mode = WAL")
    outbox.execute("PRAGMA synchronous = FULL")
    outbox.execute("CREATE TABLE outbox (id INTEGER PRIMARY KEY, body BLOB, sent INTEGER DEFAULT 0)")
    body = b"x" * size
    began = time.monotonic()
    for start in range(0, count, 100):
        rows = [(body,)] * min(100, count - start)
        with outbox:
            outbox.executemany("INSERT INTO outbox (body) VALUES (?)", rows)

    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def send(row):
            async with session.post(url, data=row[1]) as answer:
                if answer.status == 200 and (await answer.json())["error_code"] == "0":
                    return row[0]

        while True:
            rows = outbox.execute(
                "SELECT id, body FROM outbox WHERE sent = 0 ORDER BY id LIMIT ?", (IN_FLIGHT,)
            ).fetchall()
            if not rows:
                break
            done = await asyncio.gather(*(send(row) for row in rows))
            with outbox:
                outbox.executemany(
                    "UPDATE outbox SET sent = 1 WHERE id = ?", [(d,) for d in done if d]
                )
    print(time.monotonic() - began)


asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
