package event

// What shippers, log stores and their tools call the parts of what they hand on, in the order in which they are looked for.
// A name with dots is the way to a field inside objects; each may stand inside further ones.
var (
	// ShipperNode are the fields and labels that name the pod or the machine; where there are pods, a machine may have
	// several.
	ShipperNode = []string{
		"kubernetes.pod.name", // Filebeat
		"kubernetes.pod_name", // VictoriaLogs' collector, Fluent Bit, Vector
		"pod_name",            // Google Cloud
		"podName",             // stern
		"pod",                 // Alloy, Promtail
		"node",
		"_HOSTNAME", // journald
		"host.name", // Filebeat, Open Telemetry
		"hostname",
		"host",          // Vector, Logstash, Datadog
		"logStreamName", // CloudWatch
		"instance",
	}
	// ShipperLine are the fields that hold a line that is not taken apart.
	ShipperLine = []string{
		"_msg",           // VictoriaLogs
		"message",        // Filebeat, Logstash, Vector, Elastic's own agents, stern, CloudWatch
		"log",            // Fluent Bit, Docker
		"MESSAGE",        // journald
		"event.original", // Elastic's ingest pipelines, which keep the line there
		"textPayload",    // Google Cloud
		"line",           // logcli
		"body", "Body",   // Open Telemetry
	}
)
