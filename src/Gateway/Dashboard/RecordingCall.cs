using System.Text;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Sensing;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary><c>GET /api/recording?slot=&amp;seconds=</c>: what the sensing thread sees from now on, as text, until the time is over or the asker leaves.</summary>
internal static class RecordingCall
{
    private const double LongestSeconds = 7 * 86_400; // the disk of whoever asks is bounded by the command; this bounds a forgotten one
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100); // real time; a thousandth of what the queue holds

    /// <summary>Maps the call.</summary>
    public static void MapRecording(this WebApplication app) => app.MapGet("/api/recording", AnswerAsync).RequireAuthorization(Logins.Script);

    private static async Task<IResult> AnswerAsync(HttpContext http, ushort? slot, double? seconds, SampleTap tap, Household household, IHostApplicationLifetime life)
    {
        if (slot is { } number && household.FindSlot(new SlotId(number)) is null)
            return Results.Text(SlotBench.NoSlot(household, new SlotId(number)), statusCode: StatusCodes.Status409Conflict);
        http.Response.ContentType = "text/plain; charset=utf-8";
        if (http.IsHead())
            return Results.Empty;
        IEnumerable<SlotId> slots = slot is { } one ? [new SlotId(one)] : household.Slots.Select(known => known.Slot);
        using Recording? recording = tap.Recorder.TryStart(slots);
        if (recording is null)
            return Results.Text($"{SampleRecorder.Most} recordings run already. Stop one of them first.", statusCode: StatusCodes.Status409Conflict);
        TimeSpan length = TimeSpan.FromSeconds(seconds is > 0 and <= LongestSeconds ? seconds.Value : LongestSeconds);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        end.CancelAfter(length);
        await PumpAsync(recording, http, end.Token);
        return Results.Empty;
    }

    private static async Task PumpAsync(Recording recording, HttpContext http, CancellationToken end)
    {
        StringBuilder text = new();
        RecordingText writer = new(text);
        writer.WriteHeader();
        bool ended = false;
        while (!http.RequestAborted.IsCancellationRequested)
        {
            while (recording.TryTake(out RecordedEntry entry))
                writer.Write(entry);
            if (ended)
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"end {writer.Samples}\n");
            if (text.Length > 0)
                await http.Response.WriteAsync(text.ToString(), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            text.Clear();
            if (ended)
                return;
            ended = !await WaitAsync(end);
            if (ended)
                recording.Dispose();
        }
    }

    private static async Task<bool> WaitAsync(CancellationToken end)
    {
        try
        {
            await Task.Delay(Pace, end);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
