"""
Two Diameter peers made with python-diameter, for the parity test: capabilities exchange, credit control with re-authorisation
by the server, mobility management, policy, IMS, watchdogs, errors, and a sweep over every AVP of the library's dictionary.

    peers.py SERVER_PORT CLIENT_PORT

The server listens on SERVER_PORT; the client connects to CLIENT_PORT, where a relay records what goes by.
"""
import datetime
import logging
import os
import random
import sys
import threading
import time

from diameter.message import Avp, constants as c
from diameter.message.avp import dictionary
from diameter.message.commands import (
    AaRequest,
    AbortSessionRequest,
    AuthenticationInformationRequest,
    CreditControlRequest,
    ReAuthRequest,
    UpdateLocationRequest,
    UserDataRequest,
)
from diameter.node import Node
from diameter.node.application import SimpleThreadingApplication

logging.basicConfig(level=logging.ERROR)
# The library's statistics want a Result-Code in every answer; the one with Experimental-Result has gone out by then.
threading.excepthook = lambda failure: None
server_port, client_port = int(sys.argv[1]), int(sys.argv[2])
random.seed(7)
TGPP = c.VENDOR_TGPP


def avp(code, value, vendor=0):
    return Avp.new(code, vendor, value=value)


def answer(app, message):
    reply = app.generate_answer(message, result_code=c.E_RESULT_CODE_DIAMETER_SUCCESS)
    if message.header.command_code == 318:
        reply.result_code = None
        reply.append_avp(avp(c.AVP_EXPERIMENTAL_RESULT, [
            avp(c.AVP_VENDOR_ID, TGPP),
            avp(c.AVP_EXPERIMENTAL_RESULT_CODE, 5001),
        ]))
    if message.header.command_code == 272:
        reply.cc_request_type = message.cc_request_type
        reply.cc_request_number = message.cc_request_number
        if message.cc_request_number == 9:
            reply.result_code = 4012
    return reply


applications = [4, 16777238, 16777251, 16777236, 16777217]


def node(name, peer_port, listen_port=None):
    made = Node(f"{name}.example.org", "example.org", ip_addresses=["127.0.0.1"] if listen_port else None,
                tcp_port=listen_port, vendor_ids=[TGPP])
    made.idle_timeout = 2
    other = "client" if name == "server" else "server"
    peer = made.add_peer(f"aaa://{other}.example.org:{peer_port}", "example.org",
                         ip_addresses=None if listen_port else ["127.0.0.1"], is_persistent=not listen_port)
    apps = {}
    for number in applications:
        app = SimpleThreadingApplication(number, is_auth_application=True, request_handler=answer)
        made.add_application(app, [peer])
        apps[number] = app
    return made, apps


server, server_apps = node("server", client_port, server_port)
client, client_apps = node("client", client_port)
server.start()
client.start()
for app in client_apps.values():
    app.wait_for_ready(10)


def request(kind, application, session, origin="client", target="server"):
    made = kind()
    made.header.application_id = application
    made.session_id = session
    made.origin_host = f"{origin}.example.org".encode()
    made.origin_realm = b"example.org"
    made.destination_realm = b"example.org"
    made.destination_host = f"{target}.example.org".encode()
    if hasattr(made, "auth_application_id"):
        made.auth_application_id = application
    if hasattr(made, "auth_session_state"):
        made.auth_session_state = 1
    return made


for number in range(10):
    made = request(CreditControlRequest, 4, f"client.example.org;1;{number // 3}")
    made.service_context_id = "32251@3gpp.org"
    made.cc_request_type = 1 if number % 3 == 0 else 3 if number % 3 == 2 else 2
    made.cc_request_number = number
    made.event_timestamp = datetime.datetime(2026, 11, 22, 15, number)
    made.add_subscription_id(c.E_SUBSCRIPTION_ID_TYPE_END_USER_IMSI, f"26201123456789{number}")
    made.append_avp(avp(c.AVP_MULTIPLE_SERVICES_CREDIT_CONTROL, [
        avp(c.AVP_RATING_GROUP, number),
        avp(c.AVP_REQUESTED_SERVICE_UNIT, [avp(c.AVP_CC_TOTAL_OCTETS, 1 << (40 + number))]),
    ]))
    client_apps[4].send_request(made)

made = request(UpdateLocationRequest, 16777251, "client.example.org;2;1")
made.user_name = "262011234567890"
made.rat_type = 1004
made.ulr_flags = 34
made.visited_plmn_id = bytes.fromhex("62f210")
made.append_avp(avp(c.AVP_TGPP_MSISDN, bytes.fromhex("9471111111f1"), TGPP))
client_apps[16777251].send_request(made)

made = request(AuthenticationInformationRequest, 16777251, "client.example.org;2;2")
made.user_name = "999999999999999"
made.visited_plmn_id = bytes.fromhex("13f0f0")
client_apps[16777251].send_request(made)

made = request(AaRequest, 16777236, "client.example.org;3;1")
made.append_avp(avp(c.AVP_TGPP_MEDIA_COMPONENT_DESCRIPTION, [
    avp(c.AVP_TGPP_MEDIA_COMPONENT_NUMBER, 1, TGPP),
    avp(c.AVP_TGPP_MEDIA_SUB_COMPONENT, [
        avp(c.AVP_TGPP_FLOW_NUMBER, 1, TGPP),
        avp(c.AVP_TGPP_FLOW_DESCRIPTION, b"permit in ip from 10.0.0.1 to any", TGPP),
    ], TGPP),
], TGPP))
client_apps[16777236].send_request(made)

made = request(UserDataRequest, 16777217, "client.example.org;4;1")
made.append_avp(avp(c.AVP_TGPP_DATA_REFERENCE, 0, TGPP))
client_apps[16777217].send_request(made)

made = request(ReAuthRequest, 16777238, "client.example.org;1;0", "server", "client")
made.re_auth_request_type = 0
server_apps[16777238].send_request(made)
made = request(AbortSessionRequest, 16777238, "client.example.org;1;0", "server", "client")
server_apps[16777238].send_request(made)


def value_of(kind):
    name = kind.__name__
    if name in ("AvpInteger32", "AvpEnumerated"):
        return random.choice([0, 1, 2, 4, 1000, -5])
    if name == "AvpUnsigned32":
        return random.choice([0, 1, 7, 2001, 0xFFFFFFFF])
    if name == "AvpInteger64":
        return random.randint(-(2**63), 2**63 - 1)
    if name == "AvpUnsigned64":
        return random.randint(0, 2**64 - 1)
    if name in ("AvpFloat32", "AvpFloat64"):
        return random.choice([0.5, -1.25, 3.0, 1e10])
    if name == "AvpTime":
        return datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=random.randint(0, 10**7))
    if name == "AvpAddress":
        return random.choice(["10.1.2.3", "2001:db8::7", "4911122233"])
    if name == "AvpUtf8String":
        return random.choice(["", "text", "größe · 5", "a.b.example"])
    return random.randbytes(random.randint(0, 23))


everything = [(0, code, info) for code, info in dictionary.AVP_DICTIONARY.items()]
everything += [(v, code, info) for v, codes in dictionary.AVP_VENDOR_DICTIONARY.items() for code, info in codes.items()]
# Without what the peers themselves read, and without RAR-Flags and DER-S6b-Flags (1522, 1523): tshark 4.0 stops there by a failed assertion of its own.
everything = [each for each in everything if each[2]["type"].__name__ != "AvpGrouped" and each[1] not in (263, 264, 268, 283, 293, 296, 297, 1522, 1523)]
for start in range(0, len(everything), 25):
    made = request(CreditControlRequest, 4, f"client.example.org;5;{start}")
    made.service_context_id = "32251@3gpp.org"
    made.cc_request_type = 4
    made.cc_request_number = 0
    members = [Avp.new(code, vendor, value=value_of(info["type"])) for vendor, code, info in everything[start:start + 25]]
    for member in members[:20]:
        made.append_avp(member)
    made.append_avp(avp(c.AVP_FAILED_AVP, members[20:]))
    client_apps[4].send_request(made)

# An idle connection is watched over; then the client takes leave. The library's own threads take long to end.
time.sleep(4.5)
threading.Thread(target=client.stop, kwargs={"wait_timeout": 2}, daemon=True).start()
time.sleep(1)
os._exit(0)
