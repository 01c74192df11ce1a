"""Calls the gRPC server and writes what it saw, a JSON line for each call.

    grpc_client.py PORT COUNT THREADS
"""

import base64
import json
import random
import sys
from concurrent.futures import ThreadPoolExecutor

import grpc


def wrapped(data):
    """A protobuf message with field 1 alone: tshark gives up on messages that are none."""
    length = bytes([len(data) & 127]) if len(data) < 128 else bytes([len(data) & 127 | 128, len(data) >> 7])
    return b"\x0a" + length + data


def text(data):
    return base64.b64encode(data).decode()


def call(channel, number):
    chance = random.Random(number)
    kind = ("Unary", "ServerStream", "ClientStream", "BothStreams", "Unary", "Unknown")[number % 20 if number % 20 < 6 else number % 4]
    message = bytes([number % 251]) + chance.randbytes(chance.choice((0, 20, 300, 300, 3000)))
    if number % 10 == 4:
        message = b"missing " + message
    if number % 50 == 8:
        message = b"invalid " + message
    if number % 12 == 5:
        message += b"exhausted"
    sent = [wrapped(message)]
    if kind in ("ClientStream", "BothStreams"):
        sent = [wrapped(message + bytes([n])) for n in range(number % 5)]
    metadata = (("x-call", f"grpc-{number}"), ("x-data-bin", bytes([number & 255, 0, 255])))
    method = f"/shop.Shop/{kind}"
    received = []
    if kind in ("Unary", "Unknown"):
        running = channel.unary_unary(method).future(sent[0], metadata=metadata)
    elif kind == "ServerStream":
        running = channel.unary_stream(method)(sent[0], metadata=metadata)
    elif kind == "ClientStream":
        running = channel.stream_unary(method).future(iter(sent), metadata=metadata)
    else:
        running = channel.stream_stream(method)(iter(sent), metadata=metadata)
    try:
        if kind in ("ServerStream", "BothStreams"):
            received.extend(running)
        else:
            received.append(running.result())
    except grpc.RpcError:
        pass
    pairs = lambda metadata: [[key, text(value) if isinstance(value, bytes) else value] for key, value in metadata or ()]
    return {
        "call": f"grpc-{number}",
        "target": method[1:],
        "metadata": pairs(metadata),
        "sent": [text(each) for each in sent],
        "received": [text(each) for each in received],
        "code": running.code().name,
        "codeNumber": running.code().value[0],
        "details": running.details(),
        "initial": pairs(running.initial_metadata()),
        "trailing": pairs(running.trailing_metadata()),
    }


def main(port, count, threads):
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel, ThreadPoolExecutor(threads) as pool:
        for seen in pool.map(lambda number: call(channel, number), range(count)):
            print(json.dumps(seen))


main(*map(int, sys.argv[1:]))
