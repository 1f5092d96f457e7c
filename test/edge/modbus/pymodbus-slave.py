"""Units 1 and 2 as pymodbus 3.0 (Debian 12) serves them: `tcp PORT` or `rtu PATH BAUD`. Says READY when it listens."""
import asyncio
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
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


async def main(kind, where, baud=0):
    context = ModbusServerContext(slaves={1: unit(), 2: unit()}, single=False)
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
