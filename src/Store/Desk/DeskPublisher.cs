using System.Text.Json;
using PantryChain.Store.Hosting;
using PantryChain.Store.Orders;
using PantryChain.Store.Sending;
using PantryChain.Ui.Components;
using PantryChain.Ui.Live;

namespace PantryChain.Store.Desk;

/// <summary>Keeps open desks fresh: the board goes out whole when it changed, household time every second.</summary>
internal sealed class DeskPublisher(
    DeskBoard board, LiveHub hub, EscrowFollower follower, TransactionQueue queue, ChainHead head, TimeProvider clock, ILogger<DeskPublisher> logger) : Drain(logger)
{
    private string _shown = "";

    /// <inheritdoc />
    protected override Task NextWake() => Task.WhenAny(follower.Changed.Next, queue.Finished.Next, queue.Filled.Next, head.Moved.Next);

    /// <inheritdoc />
    protected override async Task PassAsync(CancellationToken stop)
    {
        await PublishAsync(stop);
        await Task.Delay(LiveHub.Pace, stop); // nobody sees more often than that
    }

    private async Task PublishAsync(CancellationToken stop)
    {
        hub.Publish<HouseholdClock>(PageShell.ClockTopic, new Dictionary<string, object?> { [nameof(HouseholdClock.At)] = clock.GetUtcNow() });
        OrderBoardView view = await board.OrdersAsync(stop);
        string shown = JsonSerializer.Serialize(view);
        if (shown == _shown)
            return;
        hub.Publish<OrderBoard>(OrdersPage.Topic, new Dictionary<string, object?> { [nameof(OrderBoard.Board)] = view });
        _shown = shown;
    }
}
