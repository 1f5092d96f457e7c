import { setFlagsFromString } from 'node:v8'
import { Command, InvalidArgumentError, Option } from 'commander'
import { refuse } from '../core/node/refuse.ts'
import type { CityOptions } from './city/run.ts'
import type { HoldOptions } from './document-commands.ts'
import { durationSeconds } from './duration.ts'
import { errorCard, errorsPage } from './errors-page.ts'
import type { GatewayOptions } from './field-hardware.ts'
import { print } from './terminal.ts'
import type { TryFloodArguments } from './try/trial-options.ts'
import type { WaterOptions } from './water-commands.ts'

/** The command line. Each command loads its own code, so that none waits for the others. */

const program = new Command('tram')
  .description(
    'Trạm: cổng IoT tại chỗ và trung tâm đồng bộ cho thành phố\n(an edge-first IoT gateway and its sync hub for a city)',
  )
  .showHelpAfterError('(tram --help)')
  .addOption(new Option('--with-parent', 'end when standard input closes').hideHelp())
  .hook('preAction', (command) => {
    if (command.opts().withParent !== true) return
    process.stdin.resume().once('end', () => process.kill(process.pid, 'SIGTERM'))
    // Listening for the parent must not keep a process alive that has ended its work.
    process.stdin.unref()
  })

const exitWith = (code: number) => {
  process.exitCode = code
}

function numbers(text: string): number[] {
  return text.split(',').map(number)
}

function number(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new InvalidArgumentError('cần một số / a number is needed')
  return value
}

program
  .command('hub')
  .description('chạy trung tâm / run the hub')
  .requiredOption('--config <file>', 'hub.yaml')
  .action(async (options: { config: string }) => {
    const { runHub } = await import('../hub/main.ts')
    exitWith(await runHub(options.config))
  })

program
  .command('edge')
  .description('chạy một nút / run an edge node')
  .requiredOption('--config <file>', 'edge.yaml')
  .action(async (options: { config: string }) => {
    // A node shares a small box for months. Its young generation stays as small as it starts, which saves some 20 MB,
    // and code is kept small before it is made fast, which saves some 8 MB more.
    setFlagsFromString('--semi-space-growth-factor=1')
    setFlagsFromString('--optimize-for-size')
    const { runEdge } = await import('../edge/main.ts')
    exitWith(await runEdge(options.config))
  })

program
  .command('check')
  .description('kiểm tra tệp cấu hình, không chạy / check a configuration file without running it')
  .argument('<kind>', 'hub | edge')
  .argument('<file>')
  .action(async (kind: string, file: string) => {
    const { checkConfig } = await import('./check-config.ts')
    exitWith(await checkConfig(kind, file))
  })

program
  .command('key')
  .description('tạo khóa cho một nút / make the key of an edge node')
  .argument('<edge>', 'mã nút / the edge id')
  .option('--out <file>', 'tệp khóa / key file (edge.key, relay.key)')
  .option(
    '--relay',
    'khóa cho đường vô tuyến qua nút láng giềng / the key of the radio path over a neighbour',
  )
  .action(async (edge: string, options: { out?: string; relay?: boolean }) => {
    const { keyCommand, relayKeyCommand } = await import('./secrets.ts')
    if (options.relay) return exitWith(relayKeyCommand(edge, options.out ?? 'relay.key'))
    exitWith(await keyCommand(edge, options.out ?? 'edge.key'))
  })

program
  .command('password')
  .description(
    'băm mật khẩu cho hub.yaml, đọc từ tệp hoặc "-" / hash a password for hub.yaml, read from a file or "-"',
  )
  .argument('[file]', '', '-')
  .action(async (file: string) => {
    const { passwordCommand } = await import('./secrets.ts')
    exitWith(await passwordCommand(file))
  })

program
  .command('devices')
  .description('các kiểu thiết bị / the device models')
  .argument('[model]')
  .action(async (model: string | undefined) => {
    const { devicesCommand } = await import('./devices.ts')
    exitWith(devicesCommand(model))
  })

program
  .command('errors')
  .description('tra mã lỗi / look up an error code')
  .argument('[code]')
  .option('--markdown', 'cả bảng / the whole table')
  .action((code: string | undefined, options: { markdown?: boolean }) => {
    if (options.markdown || code === undefined) return print(errorsPage().trimEnd())
    const card = errorCard(code)
    if (card === undefined)
      return exitWith(refuse({ code: 'ERROR_UNKNOWN', details: { text: code.slice(0, 60) } }))
    print(card.trimEnd())
  })

program
  .command('gateway')
  .description('global_conf.json cho gateway / what is written into a gateway')
  .argument('<eui>')
  .requiredOption('--config <file>', 'edge.yaml')
  .option('--server <address>', 'địa chỉ nút nhìn từ gateway / the node as the gateway reaches it')
  .option('--board <name>', 'semtech-sx1302 | semtech-sx1301', 'semtech-sx1302')
  .option('--antenna-gain <dBi>', '', number, 0)
  .action(async (eui: string, options: GatewayOptions) => {
    const { gatewayCommand } = await import('./field-hardware.ts')
    exitWith(gatewayCommand(eui, options))
  })

program
  .command('sheet')
  .description('phiếu cài đặt một cảm biến / what is typed into a sensor')
  .argument('<device>')
  .requiredOption('--config <file>', 'edge.yaml')
  .option('--lang <lang>', 'vi | en', 'vi')
  .action(async (device: string, options: { config: string; lang: string }) => {
    const { sheetCommand } = await import('./field-hardware.ts')
    exitWith(sheetCommand(device, options.config, options.lang === 'en' ? 'en' : 'vi'))
  })

const onNode = (name: string, description: string) =>
  program.command(name).description(description).requiredOption('--config <file>', 'edge.yaml')

onNode('status', 'tình trạng nút: sổ cái, thiết bị, từ chối / how a node is: ledger, devices, refusals')
  .option('--json')
  .action(async (options: { config: string; json?: boolean }) => {
    const { statusCommand } = await import('./node-commands.ts')
    exitWith(await statusCommand(options.config, options.json ?? false))
  })

onNode('silence', 'tắt tiếng còi tại chỗ, đèn vẫn chớp / quiet the sirens on site, beacons stay')
  .argument('<station>')
  .option('--minutes <n>', '', number, 30)
  .option('--who <name>', '', 'console')
  .action(async (station: string, options: { config: string; minutes: number; who: string }) => {
    const { silenceCommand } = await import('./node-commands.ts')
    exitWith(await silenceCommand(options.config, station, options.who, options.minutes))
  })

onNode('unsilence', 'bật lại tiếng còi / let the sirens sound again')
  .argument('<station>')
  .option('--who <name>', '', 'console')
  .action(async (station: string, options: { config: string; who: string }) => {
    const { silenceCommand } = await import('./node-commands.ts')
    exitWith(await silenceCommand(options.config, station, options.who, 0))
  })

onNode('self-test', 'thử toàn bộ đường báo động ngay / test the whole alarm path now')
  .argument('<station>')
  .action(async (station: string, options: { config: string }) => {
    const { selfTestCommand } = await import('./node-commands.ts')
    exitWith(await selfTestCommand(options.config, station))
  })

onNode('reset', 'đã kiểm tra, mở lại đầu ra bị khóa / after looking on site, free a latched output')
  .argument('<device>')
  .argument('<output>')
  .option('--who <name>', '', 'console')
  .action(async (device: string, output: string, options: { config: string; who: string }) => {
    const { resetCommand } = await import('./node-commands.ts')
    exitWith(await resetCommand(options.config, device, output, options.who))
  })

onNode('water', 'tưới một khu / water one zone')
  .argument('<greenhouse>')
  .argument('<zone>')
  .option('--minutes <n>', '(5)', number)
  .option('--litres <n>', '', number)
  .option('--recipe <id>')
  .option('--who <name>', '', 'console')
  .action(async (station: string, zone: string, options: WaterOptions) => {
    const { waterCommand } = await import('./water-commands.ts')
    exitWith(await waterCommand(station, zone, options))
  })

onNode('water-stop', 'dừng một khu, hoặc mọi việc tưới / stop one zone, or all water')
  .argument('<greenhouse>')
  .argument('[zone]')
  .option('--who <name>', '', 'console')
  .action(async (station: string, zone: string | undefined, options: { config: string; who: string }) => {
    const { waterStopCommand } = await import('./water-commands.ts')
    exitWith(await waterStopCommand(options.config, station, zone, options.who))
  })

onNode('water-resume', 'cho các chương trình tưới chạy lại / let programs water again')
  .argument('<greenhouse>')
  .option('--who <name>', '', 'console')
  .action(async (station: string, options: { config: string; who: string }) => {
    const { waterResumeCommand } = await import('./water-commands.ts')
    exitWith(await waterResumeCommand(options.config, station, options.who))
  })

const panel = program.command('panel').description("bảng điều khiển của nút / the node's panel")
const onPanel = (name: string, description: string) =>
  panel.command(name).description(description).requiredOption('--config <file>', 'edge.yaml')

onPanel('code', 'mã để tạo một chủ vườn / a code that makes an owner').action(
  async (options: { config: string }) => {
    const { panelCodeCommand } = await import('./panel-commands.ts')
    exitWith(await panelCodeCommand(options.config))
  },
)

onPanel('accounts', 'ai được dùng / who may use it').action(async (options: { config: string }) => {
  const { panelAccountsCommand } = await import('./panel-commands.ts')
  exitWith(await panelAccountsCommand(options.config))
})

onPanel('reset-pin', 'đặt mã PIN mới cho một người / give somebody a new PIN')
  .argument('<account>', 'mã hoặc tên / id or name')
  .action(async (account: string, options: { config: string }) => {
    const { panelResetPinCommand } = await import('./panel-commands.ts')
    exitWith(await panelResetPinCommand(options.config, account))
  })

const documents = program
  .command('doc')
  .description('tài liệu của nút: ngưỡng, ... / the documents of a node')
const onDocuments = (name: string, description: string) =>
  documents.command(name).description(description).requiredOption('--config <file>', 'edge.yaml')
onDocuments('list', 'đang có hiệu lực / what is in force').action(async (options: { config: string }) => {
  const { listDocuments } = await import('./document-commands.ts')
  exitWith(await listDocuments(options.config))
})
onDocuments('get', 'xem một tài liệu / show one')
  .argument('<id>')
  .action(async (id: string, options: { config: string }) => {
    const { getDocument } = await import('./document-commands.ts')
    exitWith(await getDocument(options.config, id))
  })
onDocuments('put', 'ghi: ID TỆP, hoặc nhiều tệp cùng lúc / write: ID FILE, or several files as one unit')
  .argument('<id-or-files...>', 'YAML')
  .option('--who <name>', '', 'console')
  .action(async (given: string[], options: { config: string; who: string }) => {
    const { putDocuments } = await import('./document-commands.ts')
    exitWith(await putDocuments(options.config, given, options.who))
  })
onDocuments('conflicts', 'bản sửa bị gạt ra khi gộp / edits that a merge did not take')
  .option('--json')
  .action(async (options: { config: string; json?: boolean }) => {
    const { listConflicts } = await import('./document-commands.ts')
    exitWith(await listConflicts(options.config, options.json ?? false))
  })
for (const [action, description] of [
  ['restore', 'lấy lại bản sửa đó / put such an edit back'],
  ['dismiss', 'bỏ qua bản sửa đó / let such an edit go'],
] as const) {
  onDocuments(action, description)
    .argument('<conflict>')
    .option('--who <name>', '', 'console')
    .action(async (id: string, options: { config: string; who: string }) => {
      const { settleConflict } = await import('./document-commands.ts')
      exitWith(await settleConflict(options.config, action, id, options.who))
    })
}

function duration(text: string): number {
  const seconds = durationSeconds(text)
  if (seconds === undefined) throw new InvalidArgumentError('90s, 20m, 2h, 1d')
  return seconds
}

onNode('hold', 'giữ một đầu ra bằng tay / hold an output by hand')
  .argument('<device>')
  .argument('<output>')
  .argument('<value>', '', number)
  .requiredOption('--for <duration>', '20m, 2h, 1d', duration)
  .option('--why <text>', '', '')
  .option('--who <name>', '', 'console')
  .action(async (device: string, output: string, value: number, options: HoldOptions) => {
    const { holdCommand } = await import('./document-commands.ts')
    exitWith(await holdCommand(device, output, value, options))
  })

onNode('unhold', 'thôi giữ một đầu ra / let a held output go')
  .argument('<device>')
  .argument('<output>')
  .option('--who <name>', '', 'console')
  .action(async (device: string, output: string, options: { config: string; who: string }) => {
    const { unholdCommand } = await import('./document-commands.ts')
    exitWith(await unholdCommand(options.config, device, output, options.who))
  })

const trial = program
  .command('try')
  .description('thử một bộ điều khiển trên số liệu cũ / try a controller on a record')
trial
  .command('flood')
  .description('nhật ký báo động mà trạm lũ sẽ có / the alarm log that a flood station would have made')
  .requiredOption('--record <file>', 'CSV: time_utc,stage_m')
  .requiredOption('--levels <list>', 'BĐ1,BĐ2,BĐ3 (m)')
  .option('--clear-below <m>', 'hạ khi thấp hơn mức / lowered this far under a level (0.05)')
  .option('--hold-min <min>', 'và giữ yên bấy lâu / and for this long (30)')
  .option('--need <n>', 'số mẫu cần / samples needed (2)')
  .option('--of <n>', 'trong số mẫu / of the last (3)')
  .option('--time-zone <zone>', 'múi giờ in ra / zone of printed times')
  .option('--lang <lang>', 'vi | en', 'vi')
  .option('--json', 'một dòng JSON mỗi sự kiện / a JSON line per event')
  .action(async (options: TryFloodArguments) => {
    const { tryFloodCommand } = await import('./try/command.ts')
    exitWith(await tryFloodCommand({ ...options }))
  })

const city = program
  .command('city')
  .description('thành phố mẫu trên máy này / a demonstration city on this machine')
city
  .command('run', { isDefault: true })
  .option('--hydrograph <file>', 'CSV lái trạm suối / a record that drives the stream station')
  .option('--levels <list>', 'BĐ1,BĐ2,BĐ3 của bản ghi / levels for the record (m)', numbers)
  .option('--speed <n>', 'nhanh hơn thật bao nhiêu lần / how much faster than the world', number)
  .option('--data <dir>', '', '.tram/city')
  .option('--port <n>', 'trang web / web page', number, 8080)
  .option('--mqtt <n>', 'cổng MQTT / broker port (1883)', number)
  .option('--minutes <n>', 'tự dừng sau n phút / stop by itself after n minutes', number)
  .action(async (options: CityOptions) => {
    const { runCity } = await import('./city/run.ts')
    exitWith(await runCity(options))
  })
for (const action of ['status', 'start', 'stop', 'kill', 'cut', 'join'] as const) {
  city
    .command(action)
    .argument(action === 'status' ? '[name]' : '<name>', 'hub | sim | mã nút / edge id')
    .option('--data <dir>', '', '.tram/city')
    .action(async (name: string | undefined, options: { data: string }) => {
      const { cityCommand } = await import('./city/command.ts')
      exitWith(await cityCommand(options.data, action, name ?? ''))
    })
}
city
  .command('fault')
  .description('gây hỏng một thiết bị ảo / break a virtual device')
  .argument('<device>')
  .argument('<fault>')
  .option('--data <dir>', '', '.tram/city')
  .action(async (device: string, faultName: string, options: { data: string }) => {
    const { cityFault } = await import('./city/command.ts')
    exitWith(await cityFault(options.data, device, faultName))
  })

program
  .command('sim', { hidden: true })
  .requiredOption('--spec <file>')
  .action(async (options: { spec: string }) => {
    const { runSim } = await import('../sim/main.ts')
    exitWith(await runSim(options.spec))
  })

await program.parseAsync()
