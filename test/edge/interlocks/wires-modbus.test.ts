import { tryInterlocks } from './wires.ts'

tryInterlocks('modbus')
