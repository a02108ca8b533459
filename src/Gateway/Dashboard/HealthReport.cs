using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Domain.Learning;
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
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>How the gateway is, for anyone who may see the pages: no secrets, no stock, no amounts.</summary>
internal sealed class HealthReport(
    Household household, Troubles troubles, ShelfBoard board, SensorBoard sensors, Journal journal, Refusals refusals, TimeProvider time, LevelDrain levels, InboxBook inbox, TagDesk tags,
    HomeStation? home = null, Membership? membership = null,
    Learner? learner = null, HolidayDesk? holidays = null, CooperativeLink? cooperative = null, BlockBook? blocks = null, BlockDrain? drain = null,
    ChainNodes? chain = null, RelayDesk? relays = null, RelayBook? calls = null, OrderDrain? orders = null, KeyWatch? keys = null)
{
    /// <summary>The report now.</summary>
    public Health Now()
    {
        Dictionary<string, string> slots = board.Readings.ToDictionary(reading => reading.Slot.ToString(), reading => reading.Health.ToString());
        TroubleWords english = new(Language.English);
        CauseReport[] causes = [.. troubles.Now().Select(trouble => new CauseReport(
            JsonNamingPolicy.SnakeCaseLower.ConvertName(trouble.Cause.ToString()), english.What(trouble), english.Next(trouble)))];
        ChainHealth? sight = Sight();
        CallsHealth? underWay = Calls();
        return new Health(
            causes.Length == 0 ? "ok" : "degraded", causes, household.Gateway.Value, time.GetUtcNow(), membership?.Info.Rehearsal ?? false, board.Samples, journal.Last, slots,
            Word(home?.IsConnected), Word(cooperative?.Mqtt.IsConnected), blocks?.Head().Height ?? 0, drain?.State.Accepted ?? 0, drain?.State.Anchored ?? 0,
            drain?.State.Rejected?.Reason, refusals.Count, levels.IsFailing ? "failing" : "ok",
            [.. sensors.Converters.Select(SensorHealth.Of)], [.. sensors.Readers.Select(SensorHealth.Of)], SensorHealth.Counted(sensors.Tags),
            new InboxHealth(inbox.Open.Count, inbox.Automatic, tags.Alone, tags.Missing), Learning(), sight, underWay, new DoubtHealth(board.Doubts.Together, board.Doubts.Impossible, board.Doubts.Temperatures));
    }

    /// <summary>Nodes with something wrong, and what the store says now and did not say at joining.</summary>
    private ChainHealth? Sight() => chain is null ? null : new ChainHealth([.. chain.Troubles().Select(said => new NodeHealth(said.Node, said.Trouble))], membership?.Doubt);

    /// <summary>How a member's no and other signed calls get on.</summary>
    private CallsHealth? Calls() => relays is null || calls is null ? null : new CallsHealth(
        calls.UnderWay().Count, orders?.Trouble,
        [.. relays.Troubles().Select(said => new CallTrouble(RelayDesk.NameOf(said.Call.Kind), said.Try.Relay, said.Try.Tries, said.Try.Trouble!))], keys?.Orders.Count ?? 0, keys?.Block);

    private LearningHealth Learning()
    {
        IReadOnlyList<PatternAlarm> alarms = learner?.AlarmsAt(time.GetUtcNow()) ?? [];
        bool leapt = alarms.Any(alarm => alarm.Kind == PatternAlarmKind.ClockLeapt);
        return new LearningHealth(leapt ? "leapt" : "ok", holidays?.Problem?.En ?? "ok");
    }

    /// <summary>The report as JSON.</summary>
    public static string ToJson(Health health) => JsonSerializer.Serialize(health, HealthJson.Default.Health);

    private static string Word(bool? connected) => connected switch { null => "none", true => "connected", false => "lost" };
}

/// <summary>Why the gateway is degraded: a stable code, what is wrong, the next step.</summary>
internal sealed record CauseReport(string Cause, string What, string Next);

/// <summary>What <c>GET /health</c> answers.</summary>
internal sealed record Health(
    string Status, IReadOnlyList<CauseReport> Causes, string Gateway, DateTimeOffset At, bool Rehearsal, long Samples, ulong Journal, Dictionary<string, string> Slots, string Home, string Cooperative,
    ulong Sealed, ulong Accepted, ulong Anchored, string? Rejected, long Refused, string Levels, IReadOnlyList<SensorHealth> Converters, IReadOnlyList<SensorHealth> Readers,
    IReadOnlyDictionary<string, long> Tags, InboxHealth Inbox, LearningHealth Learning, ChainHealth? Chain, CallsHealth? Calls, DoubtHealth Doubts);

/// <summary>Nodes that are silent, behind, of another chain or differing, and what is odd about the store's own words; null without a cooperative.</summary>
internal sealed record ChainHealth(IReadOnlyList<NodeHealth> Nodes, string? Store);

/// <summary>What is wrong with one node.</summary>
internal sealed record NodeHealth(string Node, string Trouble);

/// <summary>How many signed calls wait for the chain, what the store or chain could not be asked last, what holds calls up, how many orders somebody else signed with this device's key, and the height of such a block.</summary>
internal sealed record CallsHealth(int UnderWay, string? Trouble, IReadOnlyList<CallTrouble> Troubles, int NotSignedHere, ulong? BlockNotSignedHere);

/// <summary>One call that one relay did not bring yet.</summary>
internal sealed record CallTrouble(string Kind, string Relay, int Tries, string Trouble);

/// <summary>Whether the clock leapt of late (then times are not learnt from and nothing is ordered), and what is wrong with the holiday file.</summary>
internal sealed record LearningHealth(string Clock, string Holidays);

/// <summary>What sensors said since the start and cannot be, and was not booked: all cells at once, levels that no stock has, temperatures that no room has.</summary>
internal sealed record DoubtHealth(long AllAtOnce, long Impossible, long Temperatures);

/// <summary>Open questions, answers that nobody gave, tags that moved without weight and packs that moved without their tag (both since the start).</summary>
internal sealed record InboxHealth(int Open, long Automatic, long TagsAlone, long TagsMissing);

/// <summary>The health report's format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Health))]
internal sealed partial class HealthJson : JsonSerializerContext;
