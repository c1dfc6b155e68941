'use strict';
// A message centre on a free loopback port, on top of the npm package `smpp`.
//
// Standard output: one JSON event a line, the first {"event":"listening","port":N}.
// Standard input: one JSON order a line:
//   {"order":"deliver","pdu":{...}}   hand a text to the client, again until it says ok
//                                     (`hex` instead of short_message: raw octets)
//   {"order":"set", ...}              change the behaviour below
//   {"order":"drop"}                  cut every connection
// The centre keeps texts for a client that is away, as a real one does.
const readline = require('readline');
const smpp = require('smpp');

const behaviour = {
  receipts: 'none', // none, same, hex, dec: how a receipt spells the id; submit_sm_resp has hex
  tlv: false, // receipts carry receipted_message_id as well
  early: false, // the receipt overtakes the answer to the submission
  refuse: {}, // recipient → status of submit_sm_resp
  throttle: 0, // so many next submissions get ESME_RTHROTTLED
  full: 0, // so many next submissions get ESME_RMSGQFUL
  silent: 0, // so many next submissions are accepted, but the answer never comes
  delay: 0, // milliseconds before an answer
  login: ['quaydien', 'secret'],
};
const waiting = []; // PDUs for the client, oldest first
const bound = new Set();
let next = 1;

function tell(event, more) {
  process.stdout.write(JSON.stringify({ event, ...more }) + '\n');
}

function hand(session) {
  for (const item of waiting.filter((one) => one.session !== session)) {
    item.session = session;
    session.deliver_sm({ ...item.pdu }, (answer) => answered(session, item, answer));
  }
}

function answered(session, item, answer) {
  tell('deliver_resp', { key: item.key, status: answer.command_status });
  if (answer.command_status === 0) {
    waiting.splice(waiting.indexOf(item), 1);
  } else {
    item.session = null;
    setTimeout(() => bound.has(session) && hand(session), 100);
  }
}

function deliver(pdu, key) {
  const { hex, payload_hex, ...fields } = pdu;
  if (hex !== undefined) fields.short_message = Buffer.from(hex, 'hex');
  if (payload_hex !== undefined) fields.message_payload = { message: Buffer.from(payload_hex, 'hex') };
  waiting.push({ key, pdu: fields, session: null });
  bound.forEach(hand);
}

function receipt(pdu, number) {
  const spelled = { same: hex(number), hex: hex(number), dec: String(number) }[behaviour.receipts];
  const text = `id:${spelled} sub:001 dlvrd:001 submit date:2611241200 done date:2611241201`
    + ' stat:DELIVRD err:000 text:';
  const fields = {
    esm_class: 4, source_addr: pdu.destination_addr, source_addr_ton: pdu.dest_addr_ton,
    destination_addr: pdu.source_addr, short_message: text,
  };
  if (behaviour.tlv) Object.assign(fields, { receipted_message_id: spelled, message_state: 2 });
  deliver(fields, 'receipt ' + number);
}

function hex(number) {
  return number.toString(16).toUpperCase().padStart(8, '0');
}

function status(pdu) {
  if (behaviour.throttle > 0) { behaviour.throttle -= 1; return smpp.ESME_RTHROTTLED; }
  if (behaviour.full > 0) { behaviour.full -= 1; return smpp.ESME_RMSGQFUL; }
  return behaviour.refuse[pdu.destination_addr] || 0;
}

function submitted(session, pdu) {
  const code = status(pdu);
  const number = code === 0 ? next++ : 0;
  const message = pdu.short_message;
  tell('submit', {
    status: code, number, to: pdu.destination_addr, from: pdu.source_addr,
    ton: [pdu.source_addr_ton, pdu.dest_addr_ton], text: String(message.message),
    udh: message.udh ? message.udh.map((part) => part.toString('hex')) : [],
    coding: pdu.data_coding, registered: pdu.registered_delivery,
  });
  if (code === 0 && behaviour.silent > 0) { behaviour.silent -= 1; return; }
  const wanted = code === 0 && behaviour.receipts !== 'none' && pdu.registered_delivery;
  if (wanted && behaviour.early) receipt(pdu, number);
  setTimeout(() => {
    session.send(pdu.response({ command_status: code, message_id: code ? '' : hex(number) }));
    if (wanted && !behaviour.early) receipt(pdu, number);
  }, behaviour.delay);
}

function bind(session, pdu) {
  const ok = pdu.system_id === behaviour.login[0] && pdu.password === behaviour.login[1];
  tell('bind', { ok, command: pdu.command, system_type: pdu.system_type });
  session.send(pdu.response({ command_status: ok ? 0 : smpp.ESME_RBINDFAIL, system_id: 'centre' }));
  if (!ok) return;
  bound.add(session);
  hand(session);
}

const server = smpp.createServer((session) => {
  session.on('bind_transceiver', (pdu) => bind(session, pdu));
  session.on('submit_sm', (pdu) => submitted(session, pdu));
  session.on('enquire_link', (pdu) => { tell('enquire'); session.send(pdu.response()); });
  session.on('unbind', (pdu) => { tell('unbind'); session.send(pdu.response()); session.close(); });
  session.on('error', (error) => tell('error', { message: String(error) }));
  session.on('close', () => {
    bound.delete(session);
    waiting.forEach((item) => { if (item.session === session) item.session = null; });
    tell('close');
  });
});

const orders = {
  deliver: (line) => deliver(line.pdu, line.key),
  set: ({ order, ...changes }) => Object.assign(behaviour, changes),
  drop: () => server.sessions.slice().forEach((session) => session.destroy()),
};
const input = readline.createInterface({ input: process.stdin });
input.on('line', (line) => {
  const order = JSON.parse(line);
  orders[order.order](order);
  tell('ordered', { order: order.order });
});
input.on('close', () => process.exit(0)); // the tests are gone

const [host = '127.0.0.1', port = '0'] = process.argv.slice(2);
server.listen(Number(port), host, () => tell('listening', { port: server.address().port }));
