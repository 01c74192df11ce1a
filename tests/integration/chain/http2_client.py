"""Calls a server over HTTP/2, many calls at once on one connection, and writes what it saw, a JSON line for each call.

    http2_client.py PORT COUNT AT_ONCE
"""

import base64
import json
import random
import socket
import sys

import h2.config
import h2.connection
import h2.events

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


class Call:
    def __init__(self, number):
        chance = random.Random(number)
        self.name = f"h2-{number}"
        self.method = METHODS[number % len(METHODS)]
        self.target = f"/h2/{number}?q=%C3%BC&n={number}"
        self.headers = [("x-call", self.name), ("x-random", f"{chance.random()}"), ("authorization", f"Bearer {number}")]
        self.body, self.trailers = b"", []
        if self.method in ("POST", "PUT", "PATCH"):
            self.body = chance.randbytes(chance.choice((1, 300, 300, 5000, 40000)))
            self.headers.append(("content-type", "application/octet-stream"))
            if number % 2 == 0:
                self.trailers = [("x-request-trailer", f"{number}")]
        self.unsent = self.body
        self.status, self.answer_headers, self.answer_body, self.answer_trailers = 0, [], b"", []

    def seen(self):
        return {
            "call": self.name,
            "method": self.method,
            "target": self.target,
            "headers": self.headers,
            "body": base64.b64encode(self.body).decode(),
            "trailers": self.trailers,
            "answer": {
                "status": self.status,
                "headers": self.answer_headers,
                "body": base64.b64encode(self.answer_body).decode(),
                "trailers": self.answer_trailers,
            },
        }


def text(headers):
    return [[name.decode("latin1"), value.decode("latin1")] for name, value in headers]


def main(port, count, at_once):
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    connection.initiate_connection()
    stream = socket.create_connection(("127.0.0.1", port))
    calls, begun = {}, 0

    def send(identifier, call):
        while call.unsent:
            room = min(connection.local_flow_control_window(identifier), connection.max_outbound_frame_size, len(call.unsent))
            if room <= 0:
                return
            connection.send_data(identifier, call.unsent[:room])
            call.unsent = call.unsent[room:]
        if call.trailers:
            connection.send_headers(identifier, call.trailers, end_stream=True)
        else:
            connection.end_stream(identifier)
        call.unsent = None

    while begun < count or calls:
        while begun < count and len(calls) < at_once:
            call = Call(begun)
            begun += 1
            identifier = connection.get_next_available_stream_id()
            calls[identifier] = call
            pseudo = [(":method", call.method), (":scheme", "http"), (":authority", f"127.0.0.1:{port}"), (":path", call.target)]
            connection.send_headers(identifier, pseudo + call.headers, end_stream=not call.body)
            if call.body:
                send(identifier, call)
        stream.sendall(connection.data_to_send())
        for event in connection.receive_data(stream.recv(65536)):
            if isinstance(event, h2.events.ResponseReceived):
                fields = text(event.headers)
                calls[event.stream_id].status = int(fields[0][1])
                calls[event.stream_id].answer_headers = fields[1:]
            elif isinstance(event, h2.events.TrailersReceived):
                calls[event.stream_id].answer_trailers = text(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                calls[event.stream_id].answer_body += event.data
                connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.WindowUpdated):
                for identifier, call in calls.items():
                    if call.unsent and event.stream_id in (0, identifier):
                        send(identifier, call)
            elif isinstance(event, h2.events.StreamEnded):
                print(json.dumps(calls.pop(event.stream_id).seen()))
            elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
                raise SystemExit(f"the call was broken off: {event}")


main(*map(int, sys.argv[1:]))
