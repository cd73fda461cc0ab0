/**
 * What the bundle has of undici, in its place (rolldown.config.ts). Its index loads all that it can do, such as fetch, caches, mocks
 * and WebSockets. That takes 12 MB in a process that only sends requests.
 */
const Dispatcher = require('undici/lib/dispatcher/dispatcher.js');

// As the index does.
Object.assign(Dispatcher.prototype, { request: require('undici/lib/api/api-request.js') });

module.exports = {
  Agent: require('undici/lib/dispatcher/agent.js'),
  ProxyAgent: require('undici/lib/dispatcher/proxy-agent.js'),
  buildConnector: require('undici/lib/core/connect.js'),
  // client-node names it for its typed APIs, which nothing in the bundle calls.
  fetch: globalThis.fetch,
};
