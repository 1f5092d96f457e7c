"""
Units as pymodbus 3.0 (Debian 12) serves them: `tcp PORT` or `rtu PATH BAUD`. Says READY when it listens.
1 and 2 hold numbered registers; 3 is a three-phase meter, its floats written by pymodbus; 4 a box of coils and inputs.
"""
import asyncio
import sys

from pymodbus.constants import Endian
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer


def unit():
    return ModbusSlaveContext(
        co=ModbusSequentialDataBlock(0, [address % 2 for address in range(20)]),
        di=ModbusSequentialDataBlock(0, [1 if address % 3 == 0 else 0 for address in range(20)]),
        hr=ModbusSequentialDataBlock(0, [3 * address for address in range(200)]),
        ir=ModbusSequentialDataBlock(0, [1000 + address for address in range(200)]),
        zero_mode=True,
    )


METER = {0: 230.25, 2: 0.0, 4: 229.5, 12: 3150.5, 52: 3150.5, 62: 0.97, 70: 49.98, 72: 1234.5}


def meter():
    registers = [0] * 400
    for address, value in METER.items():
        builder = BinaryPayloadBuilder(byteorder=Endian.Big, wordorder=Endian.Big)
        builder.add_32bit_float(value)
        registers[address : address + 2] = builder.to_registers()
    return ModbusSlaveContext(ir=ModbusSequentialDataBlock(0, registers), zero_mode=True)


def box():
    return ModbusSlaveContext(
        co=ModbusSequentialDataBlock(0, [0] * 8), di=ModbusSequentialDataBlock(0, [1] * 8), zero_mode=True
    )


async def main(kind, where, baud=0):
    context = ModbusServerContext(slaves={1: unit(), 2: unit(), 3: meter(), 4: box()}, single=False)
    if kind == "tcp":
        # It answers for an absent unit with an exception unless told to be quiet, as a bus would be.
        server = await StartAsyncTcpServer(
            context, address=("127.0.0.1", int(where)), defer_start=True, ignore_missing_slaves=True
        )
        task = asyncio.ensure_future(server.serve_forever())
    else:
        server = await StartAsyncSerialServer(
            context,
            framer=ModbusRtuFramer,
            port=where,
            baudrate=int(baud),
            ignore_missing_slaves=True,
            defer_start=True,
        )
        await server.start()
        task = asyncio.ensure_future(server.serve_forever())
    await asyncio.sleep(0.2)
    print("READY", flush=True)
    await task


asyncio.run(main(*sys.argv[1:]))
