export { GATEWAY_SETTINGS } from './config.ts';
export { createGateway, type GatewayParts } from './create-gateway.ts';
export { createEdgeServer, type EdgeServerOptions } from './edge-server.ts';
