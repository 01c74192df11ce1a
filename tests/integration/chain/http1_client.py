"""Calls a server over HTTP/1.1 and writes what it saw, a JSON line for each call.

    http1_client.py PORT COUNT THREADS

Methods, bodies with a content length and in chunks, and trailers of requests and answers.
"""

import base64
import http.client
import json
import random
import sys
import threading

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


class Answer(http.client.HTTPResponse):
    """The library throws trailers away."""

    trailers = ()

    def _read_and_discard_trailer(self):
        self.trailers = list(http.client.parse_headers(self.fp).items())


def call(connection, number):
    random.seed(number)
    method = METHODS[number % len(METHODS)]
    target = f"/python/{number}?q=%C3%BC&empty=&n={number}"
    headers = [("x-call", f"python-{number}"), ("x-random", f"{random.random()}"), ("authorization", f"Bearer {number}")]
    body, trailers = b"", []
    if method in ("POST", "PUT", "PATCH"):
        body = random.randbytes(random.choice((1, 300, 300, 5000, 40000)))
        headers.append(("content-type", "application/octet-stream"))
    connection.putrequest(method, target, skip_accept_encoding=True)
    chunked = body and number % 2 == 0
    if chunked:
        headers.append(("transfer-encoding", "chunked"))
        trailers = [("x-request-trailer", f"{number}")]
    elif body:
        headers.append(("content-length", str(len(body))))
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    if chunked:
        for start in range(0, len(body), 1000):
            piece = body[start : start + 1000]
            connection.send(b"%x\r\n%b\r\n" % (len(piece), piece))
        connection.send(b"0\r\n%b\r\n" % b"".join(f"{name}: {value}\r\n".encode() for name, value in trailers))
    elif body:
        connection.send(body)
    answer = connection.getresponse()
    content = answer.read()
    return {
        "call": f"python-{number}",
        "method": method,
        "target": target,
        "headers": headers,
        "body": base64.b64encode(body).decode(),
        "trailers": trailers,
        "answer": {
            "status": answer.status,
            "headers": answer.getheaders(),
            "body": base64.b64encode(content).decode(),
            "trailers": list(answer.trailers),
        },
    }


def work(port, numbers, out, lock):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.response_class = Answer
    for number in numbers:
        line = json.dumps(call(connection, number))
        with lock:
            out.write(line + "\n")
    connection.close()


def main(port, count, threads):
    lock = threading.Lock()
    workers = [
        threading.Thread(target=work, args=(port, range(first, count, threads), sys.stdout, lock)) for first in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


main(*map(int, sys.argv[1:]))
