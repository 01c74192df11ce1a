"""A gRPC server with the four kinds of calls; writes its port when it serves. Ends with its standard input.

Messages are protobuf, but handled as bytes, so that no generated code is needed.
"""

import sys
import threading
from concurrent import futures

import grpc


def until_cancelled(context):
    cancelled = threading.Event()
    context.add_callback(cancelled.set)
    cancelled.wait(20)


def unary(request, context):
    if b"never" in request:
        until_cancelled(context)
        return request
    context.send_initial_metadata((("x-initial", "yes"),))
    if b"missing" in request:
        context.set_trailing_metadata((("x-reason", "none"), ("x-detail-bin", b"\x08\x05\xff")))
        context.abort(grpc.StatusCode.NOT_FOUND, "there is no such grün thing: 100%")
    if b"invalid" in request:
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "")
    context.set_trailing_metadata((("x-trailer", "yes"),))
    return request + request


def server_stream(request, context):
    for number in range(len(request) % 7):
        yield request * number
    if b"never" in request:
        until_cancelled(context)
    if b"exhausted" in request:
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "no more")


def client_stream(requests, context):
    return b"\x08%c" % sum(1 for _ in requests)


def both_streams(requests, context):
    for request in requests:
        yield request
        if b"never" in request:
            until_cancelled(context)
        yield request + request


class Handlers(grpc.GenericRpcHandler):
    def service(self, details):
        return {
            "/shop.Shop/Unary": grpc.unary_unary_rpc_method_handler(unary),
            "/shop.Shop/ServerStream": grpc.unary_stream_rpc_method_handler(server_stream),
            "/shop.Shop/ClientStream": grpc.stream_unary_rpc_method_handler(client_stream),
            "/shop.Shop/BothStreams": grpc.stream_stream_rpc_method_handler(both_streams),
        }.get(details.method)


server = grpc.server(futures.ThreadPoolExecutor(8), handlers=[Handlers()])
print(server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
sys.stdin.read()
server.stop(0)
