"""Asks the Diameter server over several connections, some requests at once, and writes a JSON line for each exchange.

    diameter_client.py PORT COUNT CONNECTIONS
"""

import json
import socket
import sys
import threading

from diameter.message import Avp, Message, constants as c
from diameter.message.commands import CapabilitiesExchangeRequest, CreditControlRequest

AT_ONCE = 4


def read(stream):
    head = stream.read(4)
    wire = head + stream.read(int.from_bytes(head[1:], "big") - 4)
    return Message.from_bytes(wire), wire


def numbered(made, application, number):
    made.header.application_id = application
    made.header.hop_by_hop_identifier = number
    made.header.end_to_end_identifier = 0x10000000 + number
    made.origin_host = b"client.example.org"
    made.origin_realm = b"example.org"
    return made


def capabilities(number):
    made = numbered(CapabilitiesExchangeRequest(), 0, number)
    made.host_ip_address = "127.0.0.1"
    made.vendor_id = c.VENDOR_TGPP
    made.product_name = "client"
    return made


def credit_control(number):
    made = numbered(CreditControlRequest(), 4, number)
    made.session_id = f"client.example.org;chain;{number}"
    made.destination_realm = b"example.org"
    made.auth_application_id = 4
    made.service_context_id = "32251@3gpp.org"
    made.cc_request_type = 1 if number % 3 == 0 else 3 if number % 3 == 2 else 2
    made.cc_request_number = number
    made.add_subscription_id(c.E_SUBSCRIPTION_ID_TYPE_END_USER_IMSI, f"262011234{number:06}")
    made.append_avp(Avp.new(c.AVP_USER_NAME, value="x" * (number % 1000)))
    return made


def result(answer):
    code = answer.find_avps((c.AVP_RESULT_CODE, 0)) or answer.find_avps((c.AVP_EXPERIMENTAL_RESULT, 0), (c.AVP_EXPERIMENTAL_RESULT_CODE, 0))
    return code[0].value


def seen(request, request_bytes, answer, answer_bytes):
    session = request.find_avps((c.AVP_SESSION_ID, 0))
    return {
        "command": request.header.command_code,
        "hopByHop": request.header.hop_by_hop_identifier,
        "endToEnd": request.header.end_to_end_identifier,
        "session": session[0].value if session else "",
        "result": result(answer),
        "request": request_bytes.hex(),
        "answer": answer_bytes.hex(),
    }


def re_auth_answer(request):
    answer = request.to_answer()
    answer.session_id = request.session_id
    answer.origin_host = b"client.example.org"
    answer.origin_realm = b"example.org"
    answer.result_code = c.E_RESULT_CODE_DIAMETER_LIMITED_SUCCESS
    return answer


def work(port, first, count, connections, lock):
    connection = socket.create_connection(("127.0.0.1", port))
    stream = connection.makefile("rb")
    lines, waiting = [], {}

    def receive():
        message, wire = read(stream)
        if message.header.is_request:
            answer = re_auth_answer(message)
            answer_bytes = answer.as_bytes()
            connection.sendall(answer_bytes)
            lines.append(seen(message, wire, answer, answer_bytes))
        else:
            lines.append(seen(*waiting.pop(message.header.hop_by_hop_identifier), message, wire))

    def send(request):
        request_bytes = request.as_bytes()
        waiting[request.header.hop_by_hop_identifier] = request, request_bytes
        connection.sendall(request_bytes)

    send(capabilities(1_000_000 + first))
    receive()
    numbers = range(first, count, connections)
    for number in numbers:
        send(credit_control(number))
        while len(waiting) >= AT_ONCE:
            receive()
    re_auths = sum(1 for number in numbers if number % 25 == 3)
    while len(lines) < 1 + len(numbers) + re_auths:
        receive()
    connection.close()
    with lock:
        for line in lines:
            print(json.dumps(line))


def main(port, count, connections):
    lock = threading.Lock()
    workers = [threading.Thread(target=work, args=(port, first, count, connections, lock)) for first in range(connections)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


main(*map(int, sys.argv[1:]))
