"""A Diameter server on plain sockets with python-diameter's messages; writes its port when it serves. Ends with its standard input.

Every tenth Credit-Control request is refused, every fiftieth answered with an Experimental-Result, and every twenty-fifth followed by a
Re-Auth request to the client.
"""

import socket
import sys
import threading

from diameter.message import Avp, Message, constants as c
from diameter.message.commands import ReAuthRequest

TGPP = c.VENDOR_TGPP


def read(stream):
    head = stream.read(4)
    return Message.from_bytes(head + stream.read(int.from_bytes(head[1:], "big") - 4)) if len(head) == 4 else None


def answer_to(request):
    answer = request.to_answer()
    answer.origin_host = b"server.example.org"
    answer.origin_realm = b"example.org"
    answer.result_code = c.E_RESULT_CODE_DIAMETER_SUCCESS
    if request.header.command_code == 257:
        answer.host_ip_address = "127.0.0.1"
        answer.vendor_id = TGPP
        answer.product_name = "server"
    if request.header.command_code == 272:
        answer.session_id = request.session_id
        answer.auth_application_id = 4
        answer.cc_request_type = request.cc_request_type
        answer.cc_request_number = request.cc_request_number
        if request.cc_request_number % 10 == 9:
            answer.result_code = 4012
        if request.cc_request_number % 50 == 7:
            answer.result_code = None
            answer.append_avp(Avp.new(c.AVP_EXPERIMENTAL_RESULT, value=[
                Avp.new(c.AVP_VENDOR_ID, value=TGPP),
                Avp.new(c.AVP_EXPERIMENTAL_RESULT_CODE, value=5030),
            ]))
    return answer


def re_auth(request):
    made = ReAuthRequest()
    made.header.application_id = 4
    made.header.hop_by_hop_identifier = 0x40000000 + request.cc_request_number
    made.header.end_to_end_identifier = 0x50000000 + request.cc_request_number
    made.session_id = request.session_id
    made.origin_host = b"server.example.org"
    made.origin_realm = b"example.org"
    made.destination_realm = b"example.org"
    made.destination_host = request.origin_host
    made.auth_application_id = 4
    made.re_auth_request_type = 0
    return made


def serve(connection):
    stream = connection.makefile("rb")
    while (message := read(stream)) is not None:
        if not message.header.is_request:
            continue
        connection.sendall(answer_to(message).as_bytes())
        if message.header.command_code == 272 and message.cc_request_number % 25 == 3:
            connection.sendall(re_auth(message).as_bytes())
    connection.close()


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)


def accept():
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


threading.Thread(target=accept, daemon=True).start()
sys.stdin.read()
