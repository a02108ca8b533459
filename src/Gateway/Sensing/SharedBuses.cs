using PantryChain.DeviceDrivers.Bus;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>The I²C buses of a gateway and the multiplexers on them, each opened once for all the chips that sit there.</summary>
/// <remarks>
/// A bus that broke (an adapter on USB that was pulled out) is opened anew for whoever asks next; those who still hold the old one see by <see cref="BusLease.IsCurrent"/>
/// that they should ask again. Thread safe: the sensing thread and the reader thread share it.
/// </remarks>
internal sealed class SharedBuses(IHardware hardware) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OpenBus> _buses = new(StringComparer.Ordinal);

    /// <summary>The bus, or multiplexer channel, on which a chip sits.</summary>
    /// <exception cref="IOException">The bus cannot be opened now.</exception>
    public BusLease Open(I2cPlace place)
    {
        lock (_lock)
        {
            if (!_buses.TryGetValue(place.Bus, out OpenBus? bus))
                _buses.Add(place.Bus, bus = new OpenBus(hardware.OpenI2c(place.Bus)));
            bus.Leases++;
            return new BusLease(this, place.Bus, bus, bus.At(place));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (OpenBus bus in _buses.Values)
                bus.Dispose();
            _buses.Clear();
        }
    }

    internal bool IsCurrent(string name, OpenBus bus)
    {
        lock (_lock)
            return _buses.GetValueOrDefault(name) == bus;
    }

    internal void Release(string name, OpenBus bus, bool broken)
    {
        lock (_lock)
        {
            bool current = _buses.GetValueOrDefault(name) == bus;
            if (current && broken)
                _buses.Remove(name);
            if (--bus.Leases == 0 && (broken || !current))
                bus.Dispose();
        }
    }

    /// <summary>A bus with its multiplexers.</summary>
    internal sealed class OpenBus(GatedI2cBus bus) : IDisposable
    {
        private readonly Dictionary<int, Tca9548a> _multiplexers = [];

        public int Leases { get; set; }

        public GatedI2cBus At(I2cPlace place)
        {
            if (place.Multiplexer is not { } address)
                return bus;
            if (!_multiplexers.TryGetValue(address, out Tca9548a? multiplexer))
                _multiplexers.Add(address, multiplexer = new Tca9548a(bus, address));
            return multiplexer.Channel(place.Channel);
        }

        public void Dispose()
        {
            foreach (Tca9548a multiplexer in _multiplexers.Values)
                multiplexer.Dispose();
            bus.Dispose();
        }
    }
}

/// <summary>One chip's use of a shared bus.</summary>
internal sealed class BusLease(SharedBuses buses, string name, SharedBuses.OpenBus open, GatedI2cBus bus) : IDisposable
{
    private bool _released;

    /// <summary>The bus, or the multiplexer's channel.</summary>
    public GatedI2cBus Bus => bus;

    /// <summary>False once somebody found the bus broken: let go of it and open it anew.</summary>
    public bool IsCurrent => buses.IsCurrent(name, open);

    /// <summary>Says that the bus itself is broken, not only one chip on it.</summary>
    public void Break() => Release(broken: true);

    /// <inheritdoc />
    public void Dispose() => Release(broken: false);

    private void Release(bool broken)
    {
        if (_released)
            return;
        _released = true;
        buses.Release(name, open, broken);
    }
}
