interface Reply {
  header(name: string, value: string): unknown
  serializer(serialize: (data: unknown) => string): unknown
}

/** Answers with a table as a file. `name` is made of ids, which hold nothing that a header would mind. */
export function asCsv(reply: Reply, name: string): void {
  reply.header('content-type', 'text/csv; charset=utf-8')
  reply.header('content-disposition', `attachment; filename="${name}.csv"`)
  reply.serializer(String)
}
