using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Home;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Levels;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Dashboard;

/// <summary>How the gateway is, for anyone who may see the pages: no secrets, no stock, no amounts.</summary>
internal sealed class HealthReport(
    Household household, ShelfBoard board, SensorBoard sensors, Journal journal, Refusals refusals, TimeProvider time, LevelDrain levels, InboxBook inbox, TagDesk tags,
    HomeStation? home = null, Membership? membership = null,
    Learner? learner = null, HolidayDesk? holidays = null, CooperativeLink? cooperative = null, BlockBook? blocks = null, BlockDrain? drain = null)
{
    /// <summary>The report now.</summary>
    public Health Now()
    {
        Dictionary<string, string> slots = board.Readings.ToDictionary(reading => reading.Slot.ToString(), reading => reading.Health.ToString());
        bool sensing = board.Readings.All(reading => reading.Health is SlotHealth.Ok or SlotHealth.Noisy);
        bool connected = home is null or { IsConnected: true } && cooperative is null or { Mqtt.IsConnected: true };
        return new Health(
            sensing && connected ? "ok" : "degraded", household.Gateway.Value, time.GetUtcNow(), membership?.Info.Rehearsal ?? false, board.Samples, journal.Last, slots,
            Word(home?.IsConnected), Word(cooperative?.Mqtt.IsConnected), blocks?.Head().Height ?? 0, drain?.State.Accepted ?? 0, drain?.State.Anchored ?? 0,
            drain?.State.Rejected?.Reason, refusals.Count, levels.IsFailing ? "failing" : "ok",
            [.. sensors.Converters.Select(SensorHealth.Of)], [.. sensors.Readers.Select(SensorHealth.Of)], SensorHealth.Counted(sensors.Tags),
            new InboxHealth(inbox.Open.Count, inbox.Automatic, tags.Alone, tags.Missing), Learning());
    }

    private LearningHealth Learning()
    {
        IReadOnlyList<PatternAlarm> alarms = learner?.AlarmsAt(time.GetUtcNow()) ?? [];
        bool leapt = alarms.Any(alarm => alarm.Kind == PatternAlarmKind.ClockLeapt);
        return new LearningHealth(leapt ? "leapt" : "ok", holidays?.Problem?.En ?? "ok");
    }

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(Now(), HealthJson.Default.Health);

    private static string Word(bool? connected) => connected switch { null => "none", true => "connected", false => "lost" };
}

/// <summary>What <c>GET /health</c> answers.</summary>
internal sealed record Health(
    string Status, string Gateway, DateTimeOffset At, bool Rehearsal, long Samples, ulong Journal, Dictionary<string, string> Slots, string Home, string Cooperative,
    ulong Sealed, ulong Accepted, ulong Anchored, string? Rejected, long Refused, string Levels, IReadOnlyList<SensorHealth> Converters, IReadOnlyList<SensorHealth> Readers,
    IReadOnlyDictionary<string, long> Tags, InboxHealth Inbox, LearningHealth Learning);

/// <summary>Whether the clock leapt of late (then times are not learnt from and nothing is ordered), and what is wrong with the holiday file.</summary>
internal sealed record LearningHealth(string Clock, string Holidays);

/// <summary>Open questions, answers that nobody gave, tags that moved without weight and packs that moved without their tag (both since the start).</summary>
internal sealed record InboxHealth(int Open, long Automatic, long TagsAlone, long TagsMissing);

/// <summary>The health report's format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Health))]
internal sealed partial class HealthJson : JsonSerializerContext;
