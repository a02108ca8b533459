using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Bench;

/// <summary>How many QoS 1 messages a second a broker acknowledges to our link, beside bare MQTTnet and a C loop over libmosquitto with the same window and properties.</summary>
internal static class MqttBench
{
    private const int Window = 100;

    private static readonly ReadOnlyMemory<byte> Schema = "pantrychain.event/1"u8.ToArray(), ContentType = "application/json"u8.ToArray();

    // The fastest plain shape in C: one thread, poll, every PUBACK makes room for the next message.
    private const string Yardstick = """
        #include <mosquitto.h>
        #include <mqtt_protocol.h>
        #include <poll.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <time.h>
        static int acked = 0, connected = 0;
        static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
        static void on_connect(struct mosquitto *m, void *u, int rc, int flags, const mosquitto_property *p) { connected = rc == 0; }
        static void on_publish(struct mosquitto *m, void *u, int mid, int rc, const mosquitto_property *p) { acked++; }
        int main(int argc, char **argv) {
            int port = atoi(argv[1]), count = atoi(argv[2]), window = atoi(argv[3]), size = atoi(argv[4]), sent = 0;
            char *payload = malloc(size); memset(payload, 'x', size);
            mosquitto_property *props = NULL;
            mosquitto_lib_init();
            mosquitto_property_add_string_pair(&props, MQTT_PROP_USER_PROPERTY, "schema", "pantrychain.event/1");
            mosquitto_property_add_string_pair(&props, MQTT_PROP_USER_PROPERTY, "content-type", "application/json");
            struct mosquitto *m = mosquitto_new("bench-c", true, NULL);
            mosquitto_int_option(m, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
            mosquitto_int_option(m, MOSQ_OPT_SEND_MAXIMUM, window);
            mosquitto_connect_v5_callback_set(m, on_connect);
            mosquitto_publish_v5_callback_set(m, on_publish);
            if (mosquitto_connect(m, "127.0.0.1", port, 30)) return 1;
            double began = 0;
            while (acked < count) {
                if (connected && began == 0) began = now();
                while (connected && sent < count && sent - acked < window) {
                    if (mosquitto_publish_v5(m, NULL, "pantrychain/v1/bench/slot/1/event", size, payload, 1, false, props)) return 2;
                    sent++;
                }
                struct pollfd f = { mosquitto_socket(m), POLLIN | (mosquitto_want_write(m) ? POLLOUT : 0), 0 };
                if (f.fd < 0) return 3;
                poll(&f, 1, 1000);
                if (f.revents & POLLIN && mosquitto_loop_read(m, 1)) return 4;
                if (f.revents & POLLOUT && mosquitto_loop_write(m, 1)) return 5;
            }
            printf("%.1f\n", count / (now() - began));
            return 0;
        }
        """;

    public static Command Create()
    {
        Option<int> messages = new("--messages") { Description = "How many messages of each.", DefaultValueFactory = _ => 100_000 };
        Option<int> size = new("--size") { Description = "Bytes of payload; an event has about 150.", DefaultValueFactory = _ => 150 };
        Option<int> rounds = new("--rounds") { Description = "How often both are measured, in turns; the best counts.", DefaultValueFactory = _ => 3 };
        Command command = new("mqtt", "QoS 1 messages acknowledged per second over loopback, beside bare MQTTnet and a C loop over libmosquitto.") { messages, size, rounds };
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = Directory.CreateTempSubdirectory("pantry-bench-").FullName;
            try
            {
                await using MosquittoPart broker = await MosquittoPart.StartNewAsync(Path.Combine(folder, "broker"), cancellation: cancellation);
                (int count, int bytes) = (parsed.GetValue(messages), parsed.GetValue(size));
                double ours = 0, raw = 0, bare = 0;
                for (int round = 0; round < parsed.GetValue(rounds); round++)
                {
                    bare = Math.Max(bare, await CProgram.RunAsync(folder, Yardstick, "mosquitto", $"{broker.Port}", $"{count}", $"{Window}", $"{bytes}"));
                    raw = Math.Max(raw, await RawAsync(broker.Port, count, bytes));
                    ours = Math.Max(ours, await OursAsync(broker.Port, count, bytes));
                }
                Console.WriteLine("  messages/s, QoS 1, window 100   PantryChain         MQTTnet   ratio          C loop   ratio");
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {bytes + " bytes",-30} {ours,12:N0} {raw,15:N0} {ours / raw,7:0.00} {bare,15:N0} {ours / bare,7:0.00}"));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
            return 0;
        });
        return command;
    }

    private static async Task<double> OursAsync(int port, int count, int size)
    {
        await using MqttLink link = new(new MqttOptions { Host = "127.0.0.1", Port = port, ClientId = "bench-ours", Window = Window }, NullLogger<MqttLink>.Instance);
        link.Start();
        await link.WaitConnectedAsync(CancellationToken.None);
        MqttMessage message = new("pantrychain/v1/bench/slot/1/event", new byte[size], Schema: "pantrychain.event/1", ContentType: "application/json");
        await SendAsync(link, message, count / 10); // compiles the path before the clock starts
        long began = Stopwatch.GetTimestamp();
        await SendAsync(link, message, count);
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>MQTTnet's client itself: no queue, no order after a loss, no connection after this one.</summary>
    private static async Task<double> RawAsync(int port, int count, int size)
    {
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(MqttProtocolVersion.V500).WithClientId("bench-raw").Build());
        byte[] payload = new byte[size];
        await SendRawAsync(client, payload, count / 10);
        long began = Stopwatch.GetTimestamp();
        await SendRawAsync(client, payload, count);
        return count / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task SendRawAsync(IMqttClient client, byte[] payload, int count)
    {
        Queue<Task<MqttClientPublishResult>> open = new(Window);
        for (int n = 0; n < count; n++)
        {
            if (open.Count == Window)
                await open.Dequeue();
            open.Enqueue(client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("pantrychain/v1/bench/slot/1/event").WithPayload(payload)
                .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithUserProperty("schema", Schema).WithUserProperty("content-type", ContentType).Build()));
        }
        while (open.TryDequeue(out Task<MqttClientPublishResult>? sent))
            await sent;
    }

    // As the event drain does: a bounded number is open, in the order of the calls.
    private static async Task SendAsync(MqttLink link, MqttMessage message, int count)
    {
        Queue<Task<bool>> open = new(4 * Window);
        for (int n = 0; n < count; n++)
        {
            if (open.Count == 4 * Window)
                await open.Dequeue();
            open.Enqueue(link.PublishOnceAsync(message, link.Connections));
        }
        while (open.TryDequeue(out Task<bool>? sent))
            await sent;
    }
}
