using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Tests;

/// <summary>The part of a gateway that tells, as a process of its own that a test can kill: keeps an event every few milliseconds and drains them.</summary>
internal static class TellingProcess
{
    /// <summary>Arguments: journal file, broker port, number of events after which it only drains.</summary>
    public static async Task<int> Main(string[] args)
    {
        ulong most = ulong.Parse(args[2], CultureInfo.InvariantCulture);
        Topics topics = new(new GatewayId("kim-1"));
        using SqliteFile file = SqliteFile.Open(args[0]);
        using Journal journal = new(file);
        MqttOptions options = new()
        {
            Host = "127.0.0.1", Port = int.Parse(args[1], CultureInfo.InvariantCulture), ClientId = "teller", StatusTopic = topics.Status,
            RetryFirst = TimeSpan.FromMilliseconds(20), RetryMost = TimeSpan.FromMilliseconds(100),
        };
        await using MqttLink link = new(options, NullLogger<MqttLink>.Instance);
        HomeOptions home = new() { ResendWindow = TimeSpan.FromSeconds(8) };
        using EventDrain drain = new(journal, file, link, topics, home, TimeProvider.System, NullLogger<EventDrain>.Instance);
        link.Start();
        _ = drain.RunAsync(CancellationToken.None);
        while (journal.Last < most)
        {
            journal.Append(Things.Use((int)journal.Last));
            await Task.Delay(2);
        }
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
