export { EDGE_SETTINGS, GATEWAY_SETTINGS } from './config.ts';
export { createGateway, type GatewayParts } from './create-gateway.ts';
export { createEdgeServer, type EdgeServerOptions } from './edge-server.ts';
export { queueBounds } from './queue-bounds.ts';
export { runService } from './service.ts';
