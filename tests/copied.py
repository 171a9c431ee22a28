"""What `Copies.python` runs: ask for a copy that becomes this command, with our files, and end as it ends."""

import json
import os
import socket
import sys

address, python, *words = sys.argv[1:]
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asked:
    asked.connect(address)
    socket.send_fds(asked, [json.dumps([python, os.getcwd(), dict(os.environ), words]).encode()], [0, 1, 2])
    code = asked.recv(16)
sys.exit(int(code) & 0xFF if code else "The process that has loaded ended.")
