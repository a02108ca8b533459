using System.Net;
using Microsoft.AspNetCore.Connections;
using PantryChain.Ui.Hosting;

namespace PantryChain.Ui.Tests;

/// <summary>Who may hold how many connections of a host.</summary>
public sealed class ConnectionSharesSpecs
{
    private readonly ConnectionShares _shares = new(new ConnectionBounds(Most: 100, PerAddress: 4, PerNetwork: 6), Proxies.Parse(["198.51.100.0/24"]));
    private readonly TaskCompletionSource _open = new();
    private readonly List<Task> _held = [];
    private int _served;

    [Fact]
    public async Task One_address_holds_its_share_and_no_more_and_takes_nobody_elses()
    {
        int guest = Connect("192.0.2.7", 500), other = Connect("192.0.2.8", 1), mapped = Connect("::ffff:192.0.2.7", 1);
        _open.SetResult();
        await Task.WhenAll(_held);

        (guest, other, mapped, Connect("192.0.2.7", 1)).Should().Be((4, 1, 0, 1));
    }

    [Fact]
    public void All_addresses_of_one_IPv6_network_hold_its_share_together()
    {
        int one = Connect("2001:db8::1", 10), two = Connect("2001:db8::2", 10), three = Connect("2001:db8::3", 10), neighbour = Connect("2001:db8:0:1::1", 10);

        (one, two, three, neighbour).Should().Be((4, 2, 0, 4));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("198.51.100.9")]
    [InlineData("::ffff:198.51.100.9")]
    public void This_machine_and_the_operators_proxies_have_no_share(string address) => Connect(address, 50).Should().Be(50);

    private int Connect(string address, int times)
    {
        int before = _served;
        for (int time = 0; time < times; time++)
        {
            _held.Add(_shares.Serve(new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) }, () =>
            {
                _served++;
                return _open.Task;
            }));
        }
        return _served - before;
    }
}
