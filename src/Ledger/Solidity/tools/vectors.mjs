#!/usr/bin/env node
// Writes docs/vectors/{eip712,trees}.json: one household's story with fixed keys, computed from the type strings of docs/protocol.md by code that shares
// nothing with the contracts or the C# side (trees by OpenZeppelin's package, signatures by noble-curves). Both sides test themselves against the files.
// With --check compares instead of writing.
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { p256 } from '@noble/curves/p256';
import { keccak_256 } from '@noble/hashes/sha3';
import { SimpleMerkleTree, StandardMerkleTree } from '@openzeppelin/merkle-tree';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..', 'docs', 'vectors');

/* ENCODING */

const hex = bytes => '0x' + Buffer.from(bytes).toString('hex');
const bytesOf = text => Buffer.from(text.replace(/^0x/, ''), 'hex');
const keccak = (...parts) => hex(keccak_256(Buffer.concat(parts)));
const keccakText = text => keccak(Buffer.from(text));

/** One word of ABI encoding or EIP-712 data; the latter hashes `bytes` and `string`. */
function word(type, value) {
  if (type === 'bytes') return bytesOf(keccak(bytesOf(value)));
  if (type === 'string') return bytesOf(keccakText(value));
  if (type === 'bytes32') return bytesOf(value);
  if (type === 'address') return Buffer.concat([Buffer.alloc(12), bytesOf(value)]);
  const number = type === 'bool' ? BigInt(value) : BigInt.asUintN(256, BigInt(value));
  return bytesOf(number.toString(16).padStart(64, '0'));
}

const fieldsOf = type => type.slice(type.indexOf('(') + 1, -1).split(',').map(field => field.split(' '));
const structHash = (type, values) => keccak(bytesOf(keccakText(type)), ...fieldsOf(type).map(([kind, name]) => word(kind, values[name])));
const leafHash = (types, values) => keccak(bytesOf(keccak(...types.map((type, i) => word(type, values[i])))));

/* THE STORY'S FIXED PARTS */

const chainId = 31337;
const contracts = {
  factory: '0x1111111111111111111111111111111111111111', implementation: '0x2222222222222222222222222222222222222222',
  devices: '0x3333333333333333333333333333333333333333', anchor: '0x4444444444444444444444444444444444444444',
  escrow: '0x5555555555555555555555555555555555555555', bamtol: '0x6666666666666666666666666666666666666666',
};

function key(name) {
  const secret = bytesOf(keccakText(`PantryChain vector ${name}`));
  const point = p256.getPublicKey(secret, false);
  const [x, y] = [hex(point.slice(1, 33)), hex(point.slice(33))];
  return { private: hex(secret), x, y, hash: keccak(bytesOf(x), bytesOf(y)) };
}

const keys = { device: key('device'), member: key('member') };

/** ERC-1167 with immutable arguments (OpenZeppelin Clones): 45 bytes of proxy code, then the owner; CREATE2 with salt 0. */
function accountAddress(owner) {
  const size = (45 + 32).toString(16).padStart(4, '0');
  const initCode = bytesOf(`61${size}3d81600a3d39f3363d3d373d3d3d363d73${contracts.implementation.slice(2)}5af43d82803e903d91602b57fd5bf3${owner.slice(2)}`);
  const hash = keccak(Buffer.from([0xff]), bytesOf(contracts.factory), Buffer.alloc(32), bytesOf(keccak(initCode)));
  return '0x' + hash.slice(-40);
}

const account = accountAddress(keys.member.hash);
const sellers = ['0x00000000000000000000000000000000005e11e1', '0x00000000000000000000000000000000005e11e2', '0x00000000000000000000000000000000005e11e3'];

/* TREES */

const eventTypes = ['uint64', 'uint32', 'uint16', 'uint64', 'uint8', 'uint32', 'bytes32', 'bytes32'];
const restTypes = ['uint64', 'int64', 'int64', 'bytes32'];
const none = '0x' + '0'.repeat(64);
const day = 20_454; // 2026-01-01
const seenAt = seq => day * 86_400_000 + seq * 3_600_000;

const events = [
  { kind: 3, slot: 1, gtin: 8801115114154, deltaMg: 0, levelMg: 3_090_000, cycle: 0, orderId: none },
  { kind: 1, slot: 1, gtin: 8801115114154, deltaMg: -212_500, levelMg: 2_877_500, cycle: 0, orderId: none },
  { kind: 1, slot: 1, gtin: 8801115114154, deltaMg: -817_000, levelMg: 2_060_500, cycle: 1, orderId: none },
  { kind: 6, slot: 1, gtin: 8801115114154, deltaMg: 2_060_000, levelMg: 4_120_500, cycle: 3, orderId: keccakText('an order') },
  { kind: 9, slot: 0, gtin: 0, deltaMg: 0, levelMg: -1, cycle: 0, orderId: none },
].map((event, i) => {
  const full = { seq: i + 1, day, seenAtMs: seenAt(i + 1), ...event, salt: keccakText(`salt ${i + 1}`) };
  const rest = keccak(...[full.seenAtMs, full.deltaMg, full.levelMg, full.salt].map((value, j) => word(restTypes[j], value)));
  const leaf = [full.seq, full.day, full.slot, full.gtin, full.kind, full.cycle, full.orderId, rest];
  return { ...full, rest, hash: leafHash(eventTypes, leaf), leaf };
});

const eventTree = StandardMerkleTree.of(events.map(event => event.leaf), eventTypes);
const eventVectors = events.map(({ leaf, ...event }, i) => ({ ...event, proof: eventTree.getProof(i) }));
const sellerTree = StandardMerkleTree.of(sellers.map(seller => [seller]), ['address']);

const thingBlock = {
  type: 'ThingBlock(bytes32 device,uint64 height,bytes32 parent,uint64 fromSeq,uint64 toSeq,uint32 day,bytes32 eventsRoot,uint32 uses,uint32 confirmations,uint32 deviations)',
  values: {
    device: keys.device.hash, height: 1, parent: none, fromSeq: 1, toSeq: events.length, day, eventsRoot: eventTree.root, uses: 2, confirmations: 0, deviations: 0,
  },
};
const blockHash = structHash(thingBlock.type, thingBlock.values);
const blockHashes = [keccakText('block a'), blockHash, keccakText('block b'), keccakText('block c'), keccakText('block d'), keccakText('block e')];
const blockTree = SimpleMerkleTree.of(blockHashes);

const epoch = day;
const rewardTypes = ['address', 'uint128', 'bytes32'];
const standingTypes = ['address', 'uint8', 'uint32', 'bytes32'];
const rewards = [[account, '1250000000000000000000'], [sellers[0], '0'], [sellers[1], '340282366920938463463374607431768211455']]
  .map(([who, cumulative], i) => ({ account: who, cumulative, salt: keccakText(`reward ${i}`) }))
  .map(leaf => ({ ...leaf, hash: leafHash(rewardTypes, [leaf.account, leaf.cumulative, leaf.salt]) }));
const standings = [[account, 1], [sellers[1], 3]]
  .map(([who, tier], i) => ({ account: who, tier, epoch, salt: keccakText(`standing ${i}`) }))
  .map(leaf => ({ ...leaf, hash: leafHash(standingTypes, [leaf.account, leaf.tier, leaf.epoch, leaf.salt]) }));
const epochTree = SimpleMerkleTree.of([...rewards, ...standings].map(leaf => leaf.hash));
const withProof = leaf => ({ ...leaf, proof: epochTree.getProof(leaf.hash) });

const trees = {
  about: 'Merkle trees of the protocol, built by @openzeppelin/merkle-tree 1.0.8. events and sellers: StandardMerkleTree; blocks: SimpleMerkleTree over raw '
    + 'block hashes; epoch: SimpleMerkleTree over reward and standing leaves hashed as in StandardMerkleTree.',
  events: { types: eventTypes, restTypes, root: eventTree.root, leaves: eventVectors },
  sellers: { types: ['address'], root: sellerTree.root, leaves: sellers.map((seller, i) => ({ seller, hash: leafHash(['address'], [seller]), proof: sellerTree.getProof(i) })) },
  blocks: { root: blockTree.root, leaves: blockHashes.map((hash, i) => ({ hash, proof: blockTree.getProof(i) })) },
  epoch: { epoch, root: epochTree.root, rewardTypes, standingTypes, rewards: rewards.map(withProof), standings: standings.map(withProof) },
};

/* TYPED DATA */

const domainType = 'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)';
const separatorOf = verifyingContract => structHash(domainType, { name: 'PantryChain', version: '1', chainId, verifyingContract });

/** low s, as the contracts demand; RFC 6979, so the file never changes by itself. */
function sign(digest, { private: secret }) {
  const signature = p256.sign(bytesOf(digest), bytesOf(secret), { lowS: true, prehash: false });
  const number = value => '0x' + value.toString(16).padStart(64, '0');
  return { r: number(signature.r), s: number(signature.s) };
}

function message(type, verifyingContract, values, ...signers) {
  const hash = structHash(type, values);
  const digest = keccak(Buffer.from([0x19, 0x01]), bytesOf(separatorOf(verifyingContract)), bytesOf(hash));
  const signatures = Object.fromEntries(signers.map(name => [name, sign(digest, keys[name])]));
  return { type, typeHash: keccakText(type), verifyingContract, values, structHash: hash, digest, signatures };
}

const deadline = day * 86_400 + 172_800;
const mandate = message(
  'Mandate(address account,uint64 gtin,uint32 maxQuantity,uint128 maxUnitPrice,uint128 budgetPerPeriod,uint16 periodDays,uint32 minCycles,uint8 minTier,uint16 maxBamnamuBps,bytes32 sellersRoot,uint64 validUntil,uint64 nonce)',
  contracts.escrow,
  {
    account, gtin: 8801115114154, maxQuantity: 4, maxUnitPrice: '350000', budgetPerPeriod: '4000000', periodDays: 28, minCycles: 1, minTier: 1, maxBamnamuBps: 2000,
    sellersRoot: sellerTree.root, validUntil: deadline + 31_536_000, nonce: 7,
  },
);
const evidence = keccak(bytesOf(events[2].hash), bytesOf(blockHash), bytesOf(blockTree.root));
const order = message(
  'Order(bytes32 mandate,address seller,uint32 quantity,uint128 bamtol,uint128 bamnamu,uint32 cycle,bytes32 evidence,uint64 deadline)',
  contracts.escrow,
  { mandate: mandate.structHash, seller: sellers[1], quantity: 2, bamtol: '596000', bamnamu: '12500000000000000000', cycle: 1, evidence, deadline },
  'device',
);
// approve(address,uint256) of the escrow for everything, the member's first call.
const approve = `0x095ea7b3${word('address', contracts.escrow).toString('hex')}${'f'.repeat(64)}`;

const eip712 = {
  about: 'EIP-712 messages of the protocol with fixed keys (test keys: never use them). An order id is the digest of Order; a mandate id the struct hash of Mandate.',
  chainId, domainType, contracts, keys, account,
  domainSeparators: Object.fromEntries(['devices', 'anchor', 'escrow'].map(name => [name, separatorOf(contracts[name])]).concat([['account', separatorOf(account)]])),
  messages: {
    execute: message(
      'Execute(address target,uint256 value,bytes data,uint256 nonce,uint64 deadline)', account,
      { target: contracts.bamtol, value: 0, data: approve, nonce: 0, deadline }, 'member',
    ),
    deviceClaim: message(
      'DeviceClaim(bytes32 device,address account,uint256 nonce,uint64 deadline)', contracts.devices,
      { device: keys.device.hash, account, nonce: 0, deadline }, 'device', 'member',
    ),
    join: message(
      'Join(string store,bytes32 invitation,string gateway,bytes32 device,address account,bytes32 challenge,uint64 deadline)', contracts.escrow,
      {
        store: 'https://store.example:8443', invitation: '0x' + createHash('sha256').update('0123456789ABCDEF').digest('hex'), gateway: 'kim-1',
        device: keys.device.hash, account, challenge: keccakText('a challenge'), deadline,
      },
      'device', 'member',
    ),
    thingBlock: message(thingBlock.type, contracts.anchor, thingBlock.values, 'device'),
    mandate,
    order,
    cancel: message('Cancel(bytes32 order,uint64 deadline)', contracts.escrow, { order: order.digest, deadline }, 'device'),
    delivery: message(
      'Delivery(bytes32 order,uint32 quantity,bool complete,uint64 deadline)', contracts.escrow,
      { order: order.digest, quantity: 2, complete: true, deadline: deadline + 86_400 }, 'device',
    ),
  },
};

/* FILES */

const checking = process.argv.includes('--check');
mkdirSync(folder, { recursive: true });
for (const [name, vectors] of Object.entries({ 'eip712.json': eip712, 'trees.json': trees })) {
  const path = join(folder, name);
  const text = JSON.stringify(vectors, null, 2) + '\n';
  if (!checking) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${name} is not what tools/vectors.mjs computes. Run 'npm run vectors' in src/Ledger/Solidity and commit docs/vectors.`);
    process.exitCode = 1;
  }
}
