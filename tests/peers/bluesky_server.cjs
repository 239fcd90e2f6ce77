// Bluesky's own server (a PDS) with a DID directory in memory, both for one run and known to this machine alone.
// It prints {"pds": address, "directory": address} when it answers, and ends when its standard input does. Run with NODE_PATH set to the
// folder of the installed packages; the first argument is an empty folder for its data.
'use strict'

const { randomBytes } = require('node:crypto')
const { createServer } = require('node:net')
const path = require('node:path')
const { PDS, envToCfg, envToSecrets } = require('@atproto/pds')
const { Database: Directory, PlcServer } = require('@did-plc/server')

const random = () => randomBytes(32).toString('hex')

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

async function main(folder) {
  const directoryPort = await freePort()
  const directory = PlcServer.create({ db: Directory.mock(), port: directoryPort })
  await directory.start()

  const port = await freePort()
  // devMode: this server may be reached by http and may itself call 127.0.0.1 (its directory).
  const env = {
    port,
    hostname: 'localhost',
    devMode: true,
    dataDirectory: folder,
    blobstoreDiskLocation: path.join(folder, 'blobs'),
    blobstoreDiskTmpLocation: path.join(folder, 'blobs-on-their-way'),
    didPlcUrl: `http://127.0.0.1:${directoryPort}`,
    enableDidDocWithSession: true,
    inviteRequired: false,
    rateLimitsEnabled: true,
    jwtSecret: random(),
    dpopSecret: random(),
    adminPassword: random(),
    plcRotationKeyK256PrivateKeyHex: random(),
  }
  const server = await PDS.create(envToCfg(env), envToSecrets(env))
  await server.start()

  process.stdin.on('end', () => process.exit(0)).resume()
  console.log(JSON.stringify({ pds: `http://localhost:${port}`, directory: `http://127.0.0.1:${directoryPort}` }))
}

main(process.argv[2]).catch((error) => {
  console.error(error)
  process.exit(1)
})
