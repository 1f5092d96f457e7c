import { tryInterlocks } from './wires.ts'

tryInterlocks('firmata')
