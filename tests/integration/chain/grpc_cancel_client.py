"""Calls the gRPC server and cancels each call before its end; writes what it saw, a JSON line for each call.

    grpc_cancel_client.py PORT COUNT

By turns: before there is an answer, and after the first message of an answer to one message and to a stream that goes on.
"""

import json
import sys
import threading

import grpc

# Field 1 of a protobuf message; the server answers to it, and then no more.
MESSAGE = b"\x0a\x06never!"
KINDS = ("Unary", "ServerStream", "BothStreams")


def requests(over):
    yield MESSAGE
    over.wait()


def call(channel, number):
    kind = KINDS[number % 3]
    method = f"/shop.Shop/{kind}"
    metadata = (("x-call", f"cancelled-{number}"),)
    received = 0
    over = threading.Event()
    if kind == "Unary":
        running = channel.unary_unary(method).future(MESSAGE, metadata=metadata)
        try:
            running.result(timeout=0.2)
        except grpc.FutureTimeoutError:
            pass
    else:
        make, sent = (channel.unary_stream, MESSAGE) if kind == "ServerStream" else (channel.stream_stream, requests(over))
        running = make(method)(sent, metadata=metadata)
        next(running)
        received = 1
    running.cancel()
    over.set()
    return {"call": f"cancelled-{number}", "target": method[1:], "code": running.code().name, "received": received}


def main(port, count):
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        for number in range(count):
            print(json.dumps(call(channel, number)), flush=True)


main(*map(int, sys.argv[1:]))
