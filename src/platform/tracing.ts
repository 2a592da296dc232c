/**
 * OpenTelemetry traces: HTTP request → GraphQL operation → SQL statement. The SDK is only
 * loaded where OTEL_EXPORTER_OTLP_ENDPOINT is set; without it a span costs one comparison.
 */
import {
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { currentStatistics } from './database/statements.ts';

let tracer: Tracer | null = null;

/**
 * Starts exporting to an OTLP/HTTP endpoint such as http://localhost:4318; the function that it
 * resolves to flushes the spans and stops.
 */
export async function startTracing(
  endpoint: string,
  version: string,
): Promise<() => Promise<void>> {
  const [
    { NodeTracerProvider, BatchSpanProcessor },
    { OTLPTraceExporter },
    { resourceFromAttributes },
  ] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({
    url: new URL('/v1/traces', endpoint).href,
    timeoutMillis: 5_000,
  });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'sheaf', 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  tracer = trace.getTracer('sheaf', version);
  return async () => {
    tracer = null;
    await provider.shutdown();
  };
}

/**
 * Runs `work` inside a span of one HTTP request, operation or job; `attributes` must hold no
 * personal data. What is done for an HTTP request has its id.
 */
export function traced<T>(
  name: string,
  attributes: Record<string, string | number>,
  work: () => Promise<T>,
): Promise<T> {
  if (tracer === null) return work();
  const request = currentStatistics()?.request;
  const all = request ? { ...attributes, 'sheaf.request.id': request } : attributes;
  return inSpan(tracer.startSpan(name, { attributes: all }), work);
}

/** Runs `work` inside the span of one SQL statement, which holds its text, never its values. */
export function databaseTrace<T>(statement: string, work: () => Promise<T>): Promise<T> {
  if (tracer === null) return work();
  const attributes = { 'db.system.name': 'postgresql', 'db.query.text': statement };
  return inSpan(
    tracer.startSpan(statement.slice(0, statement.indexOf(' ')), {
      kind: SpanKind.CLIENT,
      attributes,
    }),
    work,
  );
}

async function inSpan<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await context.with(trace.setSpan(context.active(), span), work);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
