// Whether EAS as Base has it (1.0.1, predeployed) takes and emits what we use as the newer one does that tests run against.
import { readFile } from 'node:fs/promises'
import { toEventSignature, toFunctionSignature } from 'viem'

const used = ['attest', 'revoke', 'getAttestation', 'isAttestationValid', 'getSchemaRegistry', 'Attested', 'Revoked', 'register', 'getSchema', 'Registered']
const folder = new URL('../node_modules/@ethereum-attestation-service/eas-contracts/', import.meta.url)

const signatures = async (path) => {
  const { abi } = JSON.parse(await readFile(new URL(path, folder), 'utf8'))
  const indexed = (event) => event.inputs.map((i) => (i.indexed ? 'indexed' : '-')).join()
  return new Map(
    abi.filter((x) => used.includes(x.name)).map((x) => [
      x.name,
      x.type === 'event' ? `${toEventSignature(x)} ${indexed(x)}` : `${toFunctionSignature(x)} ${JSON.stringify(x.outputs.map(shape))}`,
    ]),
  )
}
const shape = ({ type, components }) => (components ? [type, components.map(shape)] : type)

let same = 0
for (const name of ['EAS', 'SchemaRegistry']) {
  const [base, newest] = await Promise.all([`deployments/base/${name}.json`, `artifacts/contracts/${name}.sol/${name}.json`].map(signatures))
  for (const [what, signature] of newest) {
    if (base.get(what) === signature) same++
    else console.error(`eas: ${name}.${what}: ${signature} here, ${base.get(what)} on Base`)
  }
}
console.log(`eas: ${same} of ${used.length} functions and events are the same on Base`)
process.exitCode = same === used.length ? 0 : 1
